/**
 * Characters that start a line, move a cursor, speak to a terminal, turn the direction of writing or cannot be seen:
 * C0 and C1 controls, the line and paragraph separators, the marks, embeddings, overrides and isolates of Unicode's
 * bidirectional algorithm (UAX #9), the byte order mark.
 */
const UNSAFE_CLASS = "[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]";
const UNSAFE_RUN = new RegExp(`${UNSAFE_CLASS}+`, "g");
const UNSAFE = new RegExp(UNSAFE_CLASS, "g");

/**
 * Foreign text on one line: what others wrote must not forge a line, move a cursor, or become part of a configuration.
 * Runs of control characters become one space.
 *
 * @example A forged line
 * ```ts
 * if (oneLine("down\nOK: all fine\u001b[2J") !== "down OK: all fine [2J") throw new Error("it was shown");
 * ```
 */
export function oneLine(text: string): string {
  return text.replace(UNSAFE_RUN, " ");
}

/**
 * A value as JSON on one line (RFC 8259). `JSON.stringify` leaves DEL, C1 controls, U+2028 and what turns the direction
 * of writing as they are: here they are escaped, so that a terminal and a reader of lines see none of them.
 *
 * @example
 * ```ts
 * if (jsonLine({ name: "a\u2028b" }) !== '{"name":"a\\u2028b"}') throw new Error("it was not escaped");
 * ```
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** At most `most` characters (UTF-16 units) of a text; `…` stands for the rest, and no character is cut in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 2);
  const isHalf = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, most - (isHalf ? 2 : 1))}…`;
}
