/** ASCII white space as Python's `str.strip` sees it: space, tab to carriage return, the four separators. */
export function isWhiteSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
}

/** The index of the first character at or after `start` that is not white space, or the text's length. */
export function skipWhiteSpace(text: string, start: number): number {
  let index = start;
  while (isWhiteSpace(text.charCodeAt(index))) index++;
  return Math.min(index, text.length);
}

/** Text without the white space at its ends; a loop, as a pattern anchored at the end would cost quadratic time. */
export function strip(text: string): string {
  const start = skipWhiteSpace(text, 0);
  let end = text.length;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}
