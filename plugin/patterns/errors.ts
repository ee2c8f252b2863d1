/** A pattern that Python rejects, that is not supported, or that cannot be run in bounded time. */
export class PatternError extends Error {
  override readonly name: string = "PatternError";
  /** Where in the source, in code points from 0. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** A pattern that Python accepts, and that is refused because no engine here can run it in bounded time. */
export class UnboundedPatternError extends PatternError {
  override readonly name = "UnboundedPatternError";

  constructor(message: string) {
    super(message, 0);
  }
}

/**
 * A text that is too long for a (valid) pattern. Thrown instead of a wrong result, by the patterns that only the native
 * engine can run and that take quadratic time there; the bounds are in `limits.ts`.
 */
export class PatternInputError extends Error {
  override readonly name = "PatternInputError";
}

/**
 * An error at a place of the source, worded as Python's `re.error`: `unterminated character set at position 3`, with
 * line and column where the source has several lines.
 *
 * @param source the pattern's code points
 * @param position index into `source`
 */
export function errorAt(message: string, source: readonly string[], position: number): PatternError {
  let place = `${message} at position ${position}`;
  if (source.includes("\n")) {
    const before = source.slice(0, position);
    const line = before.filter((char) => char === "\n").length + 1;
    place += ` (line ${line}, column ${position - before.lastIndexOf("\n")})`;
  }
  return new PatternError(place, position);
}
