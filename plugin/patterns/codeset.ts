/** Python's Unicode meaning of `\d`, `\D`, `\w`, `\W`; all other classes are small enough to be ranges. */
export type UnicodeClass = "d" | "D" | "w" | "W";

/** A set of code points: those in a range or a class, or, `negated`, all the others. */
export interface CodeSet {
  /** First and last code points of the ranges in turn, ascending, not touching. */
  readonly ranges: readonly number[];
  readonly classes: readonly UnicodeClass[];
  readonly negated: boolean;
}

export const LAST_CODE_POINT = 0x10ffff;

/** Finds what is not ASCII. */
export const NON_ASCII = /[\u0080-\uffff]/;

const WORD = /[\p{L}\p{N}_]/u;
const DIGIT = /\p{Nd}/u;

/** Python's `str.isspace`. */
export const UNICODE_SPACE: readonly number[] = [
  [9, 13],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
].flat();
export const ASCII_SPACE: readonly number[] = [9, 13, 0x20, 0x20];
export const ASCII_DIGIT: readonly number[] = [0x30, 0x39];
export const ASCII_WORD: readonly number[] = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];

export const ANY: CodeSet = { ranges: [], classes: [], negated: true };
export const NOT_NEWLINE: CodeSet = { ranges: [10, 10], classes: [], negated: true };

export function singleton(codePoint: number): CodeSet {
  return { ranges: [codePoint, codePoint], classes: [], negated: false };
}

/** The only member of a set of one code point. */
export function onlyMember(set: CodeSet): number | undefined {
  const [first, last, more] = set.ranges;
  return !set.negated && set.classes.length === 0 && more === undefined && first === last ? first : undefined;
}

/** Sorts ranges given as pairs and merges those that touch. */
export function mergeRanges(pairs: readonly (readonly [number, number])[]): number[] {
  const merged: number[] = [];
  for (const [first, last] of pairs.toSorted((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous + 1) merged[merged.length - 1] = Math.max(previous, last);
    else merged.push(first, last);
  }
  return merged;
}

export function* pairsOf(ranges: readonly number[]): Generator<[number, number]> {
  for (let i = 0; i + 1 < ranges.length; i += 2) yield [ranges[i] ?? 0, ranges[i + 1] ?? 0];
}

/** All code points outside the ranges. */
export function complementRanges(ranges: readonly number[]): number[] {
  const rest: number[] = [];
  let next = 0;
  for (const [first, last] of pairsOf(ranges)) {
    if (first > next) rest.push(next, first - 1);
    next = last + 1;
  }
  if (next <= LAST_CODE_POINT) rest.push(next, LAST_CODE_POINT);
  return rest;
}

function inRanges(ranges: readonly number[], codePoint: number): boolean {
  let low = 0;
  let high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (codePoint < (ranges[2 * middle] ?? 0)) high = middle - 1;
    else if (codePoint > (ranges[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

function inClass(name: UnicodeClass, codePoint: number): boolean {
  const char = String.fromCodePoint(codePoint);
  switch (name) {
    case "d":
      return DIGIT.test(char);
    case "D":
      return !DIGIT.test(char);
    case "w":
      return WORD.test(char);
    case "W":
      return !WORD.test(char);
  }
}

function contains(set: CodeSet, codePoint: number): boolean {
  const listed = inRanges(set.ranges, codePoint) || set.classes.some((name) => inClass(name, codePoint));
  return listed !== set.negated;
}

/** Whether all members of the first set are certainly members of the second. */
export function isWithin(inner: CodeSet, outer: CodeSet): boolean {
  return !mayOverlap(inner, { ...outer, negated: !outer.negated });
}

/** Sets with more members than this are not looked at one by one. */
const FEW = 64;

/**
 * Whether two sets may have a code point in common; `true` also where finding out would be long (classes against
 * classes or large ranges), so only `false` is certain.
 */
export function mayOverlap(a: CodeSet, b: CodeSet): boolean {
  const rangesA = a.negated ? complementRanges(a.ranges) : a.ranges;
  const rangesB = b.negated ? complementRanges(b.ranges) : b.ranges;
  if (a.classes.length === 0 && b.classes.length === 0) return rangesOverlap(rangesA, rangesB);
  if (a.classes.length === 0) return someMember(rangesA, b);
  if (b.classes.length === 0) return someMember(rangesB, a);
  return true;
}

function rangesOverlap(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if ((a[i + 1] ?? 0) < (b[j] ?? 0)) i += 2;
    else if ((b[j + 1] ?? 0) < (a[i] ?? 0)) j += 2;
    else return true;
  }
  return false;
}

function someMember(ranges: readonly number[], set: CodeSet): boolean {
  let members = 0;
  for (const [first, last] of pairsOf(ranges)) {
    members += last - first + 1;
    if (members > FEW) return true;
    for (let codePoint = first; codePoint <= last; codePoint++) if (contains(set, codePoint)) return true;
  }
  return false;
}
