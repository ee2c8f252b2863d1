import { mergeRanges, pairsOf } from "./codeset.ts";

/** Where Unicode has letters with two cases; code points elsewhere are their own lower case. */
const CASED_BLOCKS: readonly (readonly [number, number])[] = [
  [0x41, 0x5a],
  [0x61, 0x7a],
  [0xb5, 0x587],
  [0x10a0, 0x10ff],
  [0x13a0, 0x13ff],
  [0x1c80, 0x1cbf],
  [0x1d79, 0x1d8e],
  [0x1e00, 0x1fff],
  [0x2126, 0x2188],
  [0x24b6, 0x24e9],
  [0x2c00, 0x2d2f],
  [0xa640, 0xa7ff],
  [0xab53, 0xabbf],
  [0xfb00, 0xfb17],
  [0xff21, 0xff5a],
  [0x10400, 0x104fb],
  [0x10570, 0x105bc],
  [0x10c80, 0x10cf2],
  [0x10d50, 0x10d85],
  [0x118a0, 0x118df],
  [0x16e40, 0x16e7f],
  [0x1e900, 0x1e943],
];

/** Unicode's simple lower case, as Python's `re` uses it: one code point for one. */
export function lowerCase(codePoint: number): number {
  if (codePoint < 128) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
  // The only code point whose full lower case (what JavaScript gives) is longer than one code point.
  if (codePoint === 0x130) return 0x69;
  return String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) ?? codePoint;
}

export function asciiLowerCase(codePoint: number): number {
  return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
}

/** For a lower-case letter, every code point that matches it when case is ignored. */
type Variants = ReadonlyMap<number, readonly number[]>;

let variants: Variants | undefined;

/**
 * Two letters match when their lower cases are equal, or when the lower cases have the same upper case (`s` and `ſ`).
 * Built when the first pattern ignores case, since it takes a millisecond.
 */
function caseVariants(): Variants {
  if (variants) return variants;
  const byUpper = new Map<string, number[]>();
  for (const [first, last] of CASED_BLOCKS) {
    for (let codePoint = first; codePoint <= last; codePoint++) {
      const upper = String.fromCodePoint(lowerCase(codePoint)).toUpperCase();
      const members = byUpper.get(upper);
      if (members) members.push(codePoint);
      else byUpper.set(upper, [codePoint]);
    }
  }
  const built = new Map<number, readonly number[]>();
  for (const members of byUpper.values()) {
    if (members.length > 1) { for (const member of members) built.set(member, members); }
  }
  return variants = built;
}

/** Adds to the ranges all code points that match one of theirs when case is ignored. */
export function foldRanges(ranges: readonly number[], ascii: boolean): number[] {
  const pairs: [number, number][] = [...pairsOf(ranges)];
  const blocks = ascii ? CASED_BLOCKS.slice(0, 2) : CASED_BLOCKS;
  for (const [first, last] of pairsOf(ranges)) {
    for (const [blockFirst, blockLast] of blocks) {
      for (let codePoint = Math.max(first, blockFirst); codePoint <= Math.min(last, blockLast); codePoint++) {
        if (ascii) pairs.push([codePoint ^ 32, codePoint ^ 32]);
        else for (const variant of caseVariants().get(codePoint) ?? []) pairs.push([variant, variant]);
      }
    }
  }
  return mergeRanges(pairs);
}
