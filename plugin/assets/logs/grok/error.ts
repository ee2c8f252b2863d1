/** Rules of a grok parser that cannot be used, with the rule and what is wrong with it. */
export class GrokError extends Error {
  override readonly name = "GrokError";
}
