/** ASCII white space as Python's `str.strip` sees it: space, tab to carriage return, the four separators. */
export function isWhiteSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
}
