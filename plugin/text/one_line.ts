/** Characters that start a line, move a cursor, speak to a terminal or turn the direction of writing. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Foreign text on one line: what others wrote must not forge a line, move a cursor, or become part of a configuration.
 * Runs of control characters become one space.
 */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, " ");
}

/** At most `most` characters (UTF-16 units) of a text; `…` stands for the rest, and no character is cut in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, most - (isHalf ? 2 : 1))}…`;
}
