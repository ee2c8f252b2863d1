/** A compiled regular expression of a user's file, with the meaning that Python's `re` gives it. */
export interface Pattern {
  /** As written in the file. */
  readonly source: string;
  /** Python's `re.search(source, text) is not None`. */
  matches(text: string): boolean;
  /** The first match's groups (0 is the whole match), or `undefined`: Python's `re.search(source, text)`. */
  exec(text: string): (string | undefined)[] | undefined;
}
