import * as v from "valibot";

/**
 * The building blocks of the option schemas. They are functions, called when an option is met: building the schemas
 * of all options would take longer than the rest of a start.
 *
 * The type of a schema (`string`, `array`, `picklist`) decides what is suggested where it fails: a value that quotes
 * would mend fails in `v.string`, other strings are of {@linkcode special}.
 *
 * The message of every schema here is the phrase that follows 'expected' in an issue: "a string", "a whole number of
 * at least 0". The last schema of a pipe has the type of the validated value: that is what the JSON Schema describes
 * and where nested names are looked up.
 */
export type OptionSchema = v.GenericSchema<unknown, unknown>;

const TRUE_WORDS = new Set(["true", "yes", "y", "on", "1"]);
const FALSE_WORDS = new Set(["false", "no", "n", "off", "0"]);
const NUMERIC = /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

function toBoolean(value: boolean | number | string): unknown {
  const word = String(value).toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : value;
}

function toNumber(value: number | string): unknown {
  return typeof value === "string" && NUMERIC.test(value) ? Number(value) : value;
}

/** Whether a value is a mapping: an object that is no list, date or other instance of a class. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A boolean, or one of the words and numbers that the Agent takes for one. */
export function flag() {
  return v.pipe(
    v.union([v.boolean(), v.number(), v.string()], "true or false"),
    v.transform(toBoolean),
    v.boolean("true or false"),
  );
}

/** A string of any length. */
export const text = () => v.string("a string");

/** A string with at least one character. */
export const nonEmptyText = () => v.pipe(v.string("a non-empty string"), v.nonEmpty("a non-empty string"));

/** A string where a number is as good: numbers are turned into text, as the Agent does for header values. */
export function textOrNumber() {
  const toText = (value: unknown) => typeof value === "number" ? String(value) : value;
  return v.pipe(v.unknown(), v.transform(toText), v.string("a string"));
}

/** Fails on what is no string, where quotes around it would not help: only certain strings are right. */
export const special = (expected: string) => v.custom<string>((value) => typeof value === "string", expected);

function numeric(expected: string) {
  return [
    v.union([v.number(), v.string()], expected),
    v.transform(toNumber),
    v.number(expected),
    v.finite(expected),
  ] as const;
}

/** A finite number above `bound`; strings that hold a number are converted. */
export function numberAbove(bound: number, expected: string) {
  return v.pipe(...numeric(expected), v.gtValue(bound, expected));
}

/** A finite number of at least `bound`; strings that hold a number are converted. */
export function numberFrom(bound: number, expected: string) {
  return v.pipe(...numeric(expected), v.minValue(bound, expected));
}

/** A whole number of at least `min`; strings that hold a number are converted. */
export function wholeNumberFrom(min: number, expected: string) {
  return v.pipe(...numeric(expected), v.integer(expected), v.minValue(min, expected));
}

/** A whole number between two bounds, both included; strings that hold a number are converted. */
export function wholeNumber(min: number, max: number, expected: string) {
  return v.pipe(
    ...numeric(expected),
    v.integer(expected),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
}

/** A whole number of any sign. */
export const integer = () => v.pipe(...numeric("a whole number"), v.integer("a whole number"));

/** A span of time in seconds, above 0. */
export const seconds = () => numberAbove(0, "a number of seconds above 0");

/** One word of a closed list, in any case. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  const expected = words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
  const canonical = new Map(words.map((word) => [word.toLowerCase(), word]));
  return v.pipe(
    special(expected),
    v.transform((word) => canonical.get(word.trim().toLowerCase()) ?? word),
    v.picklist(words, expected),
  );
}

/** A list. */
export function list<S extends OptionSchema>(item: S, expected: string) {
  return v.array(item, expected);
}

/** A list of strings. */
export const texts = () => list(text(), "a list of strings");

/** A list of regular expressions, with the meaning that Python gives them. */
export const patterns = () => list(nonEmptyText(), "a list of regular expressions");

const anyMapping = (expected: string) => v.custom<Record<string, unknown>>(isMapping, expected);

/** A mapping with names of the user's choice. */
export function mapping<S extends OptionSchema>(value: S, expected: string) {
  return v.pipe(anyMapping(expected), v.record(v.string(), value, expected));
}

/** A mapping with known names; unknown ones are dropped (and reported elsewhere, as warnings). */
export function fields<E extends v.ObjectEntries>(entries: E, expected = "a mapping") {
  return v.pipe(anyMapping(expected), v.object(entries, expected));
}

/** A mapping with known names that keeps the others. */
export function openFields<E extends v.ObjectEntries>(entries: E, expected = "a mapping") {
  return v.pipe(anyMapping(expected), v.looseObject(entries, expected));
}

/** What {@linkcode choice} adds to a lazy schema. */
export interface Choice {
  /** All schemas that may be chosen, for the JSON Schema. */
  readonly choices: readonly OptionSchema[];
}

/** One of several schemas, picked by looking at the value, so that issues name the place inside of it. */
export function choice<const C extends readonly [OptionSchema, ...OptionSchema[]]>(
  choices: C,
  pick: (value: unknown) => OptionSchema,
): v.GenericSchema<unknown, v.InferOutput<C[number]>> & Choice {
  const lazy = v.lazy((value) => pick(value) as v.GenericSchema<unknown, v.InferOutput<C[number]>>);
  return { ...lazy, choices };
}

/** Fails on everything: for the branch of a {@linkcode choice} that no schema fits. */
export const nothing = (expected: string): v.NeverSchema<string> => v.never(expected);
