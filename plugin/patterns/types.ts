/** A compiled regular expression of a user's file, with the meaning that Python's `re` gives it. */
export interface Pattern {
  /** As written in the file. */
  readonly source: string;
  /**
   * Python's `re.search(source, text) is not None`.
   *
   * @throws {PatternInputError} for a text that is too long, where the pattern has such a bound (see `engine.ts`)
   */
  matches(text: string): boolean;
}

/** A compiled regular expression whose groups are wanted. */
export interface CapturingPattern {
  /** As written in the file. */
  readonly source: string;
  /** How many capturing groups it has. */
  readonly groups: number;
  /**
   * Python's `re.search(source, text).groups()`, with `undefined` for a group that took no part; `undefined` where
   * nothing matches.
   *
   * @throws {PatternInputError} for a text that is too long, where the pattern has such a bound (see `engine.ts`)
   */
  captures(text: string): readonly (string | undefined)[] | undefined;
}
