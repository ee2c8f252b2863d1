/** A rule by which the Agent's collector changes lines: `log_processing_rules` of a source. */
export interface ProcessingRule {
  readonly type: "exclude_at_match" | "include_at_match" | "mask_sequences" | "multi_line";
  readonly name: string;
  /** In RE2's syntax. */
  readonly pattern: string;
  readonly replace_placeholder?: string;
}

/**
 * The messages that the Agent's collector sends for the text of a log: lines joined by `multi_line`, then left out or
 * masked by the other rules in their order.
 *
 * @throws where a pattern does not compile; configurations are validated before
 */
export async function collected(text: string, rules: readonly ProcessingRule[]): Promise<string[]> {
  const { RE2JS } = await import("re2js");
  const compiled = rules.map((rule) => {
    const anchored = rule.type === "multi_line" ? `^(?:${rule.pattern})` : rule.pattern;
    return { ...rule, pattern: RE2JS.compile(anchored) };
  });
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const start = compiled.find(({ type }) => type === "multi_line")?.pattern;
  const messages = start === undefined ? lines : joined(lines, (line) => start.matcher(line).find());
  return messages.flatMap((message) => {
    let kept = message;
    for (const { type, pattern, replace_placeholder: mask = "" } of compiled) {
      if (type === "mask_sequences") kept = pattern.matcher(kept).replaceAll(mask);
      if (type === "exclude_at_match" && pattern.matcher(kept).find()) return [];
      if (type === "include_at_match" && !pattern.matcher(kept).find()) return [];
    }
    return kept.trim() === "" ? [] : [kept.trim()];
  });
}

function joined(lines: readonly string[], starts: (line: string) => boolean): string[] {
  const messages: string[] = [];
  let message: string[] = [];
  for (const line of lines) {
    if (starts(line) && message.length > 0) {
      messages.push(message.join("\n"));
      message = [];
    }
    message.push(line);
  }
  return [...messages, message.join("\n")];
}
