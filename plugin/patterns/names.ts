/** What Python's `re.escape` (3.7 and later) puts a backslash before. */
const ESCAPED = /[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/;

/**
 * Python's `re.escape(source) == source`: whether a string of a configuration is a name rather than a pattern.
 */
export function escapesToItself(source: string): boolean {
  return !ESCAPED.test(source);
}
