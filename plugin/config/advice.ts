/** How remedies begin that say what to do; the others are what to write in the place of what was found. */
const ADVICE = /^(?:put|write|remove|keep|save|give|name|set|leave|use|run|choose|close) /;

/** Whether a suggestion says what to do, rather than what to write instead. */
export function isAdvice(suggestion: string): boolean {
  return ADVICE.test(suggestion);
}

/** A suggestion as a clause: `did you mean digest?`, `put quotes around it`. */
export function hintOf(suggestion: string): string {
  return isAdvice(suggestion) ? suggestion : `did you mean ${suggestion}?`;
}

/** A suggestion as a sentence of its own. */
export function remedy(suggestion: string): string {
  return isAdvice(suggestion) ? `What to do: ${suggestion}.` : `Did you mean: ${suggestion}?`;
}
