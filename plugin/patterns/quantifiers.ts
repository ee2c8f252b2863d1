import type { Scanner } from "./scanner.ts";

/** How often; `max` is `Infinity` without a bound. */
export interface Quantifier {
  readonly min: number;
  readonly max: number;
}

const DIGIT = /^[0-9]$/;
/** Python's bound on `{n}`. */
const MAX_REPEAT = 4_294_967_295;

/**
 * The quantifier whose first token has just been taken, or `undefined` when its `{` is only a character.
 */
export function readQuantifier(scanner: Scanner, token: string): Quantifier | undefined {
  switch (token) {
    case "?":
      return { min: 0, max: 1 };
    case "*":
      return { min: 0, max: Infinity };
    case "+":
      return { min: 1, max: Infinity };
  }
  if (scanner.peek() === "}") return undefined;
  const start = scanner.position;
  const low = scanner.takeWhile(DIGIT);
  const high = scanner.accept(",") ? scanner.takeWhile(DIGIT) : low;
  if (!scanner.accept("}")) {
    scanner.position = start;
    return undefined;
  }
  const min = Number(low);
  const max = high === "" ? Infinity : Number(high);
  if (min >= MAX_REPEAT || (max !== Infinity && max >= MAX_REPEAT)) {
    throw scanner.errorAt("the repetition number is too large", start - 1);
  }
  if (max < min) throw scanner.errorAt("min repeat greater than max repeat", start);
  return { min, max };
}
