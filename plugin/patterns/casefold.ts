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

/**
 * Letters that match each other when case is ignored, where lower and upper case of one do not lead to all of them.
 * Two letters match when their lower cases are equal, or when the lower cases have the same upper case (`s` and `ſ`).
 */
const IRREGULAR: ReadonlyMap<number, readonly number[]> = new Map(([
  [0x49, 0x69, 0x130, 0x131],
  [0x4b, 0x6b, 0x212a],
  [0x53, 0x73, 0x17f],
  [0xb5, 0x39c, 0x3bc],
  [0xc5, 0xe5, 0x212b],
  [0xdf, 0x1e9e],
  [0x1c4, 0x1c5, 0x1c6],
  [0x1c7, 0x1c8, 0x1c9],
  [0x1ca, 0x1cb, 0x1cc],
  [0x1f1, 0x1f2, 0x1f3],
  [0x345, 0x399, 0x3b9, 0x1fbe],
  [0x390, 0x1fd3],
  [0x392, 0x3b2, 0x3d0],
  [0x395, 0x3b5, 0x3f5],
  [0x398, 0x3b8, 0x3d1, 0x3f4],
  [0x39a, 0x3ba, 0x3f0],
  [0x3a0, 0x3c0, 0x3d6],
  [0x3a1, 0x3c1, 0x3f1],
  [0x3a3, 0x3c2, 0x3c3],
  [0x3a6, 0x3c6, 0x3d5],
  [0x3a9, 0x3c9, 0x2126],
  [0x3b0, 0x1fe3],
  [0x412, 0x432, 0x1c80],
  [0x414, 0x434, 0x1c81],
  [0x41e, 0x43e, 0x1c82],
  [0x421, 0x441, 0x1c83],
  [0x422, 0x442, 0x1c84, 0x1c85],
  [0x42a, 0x44a, 0x1c86],
  [0x462, 0x463, 0x1c87],
  [0x1c88, 0xa64a, 0xa64b],
  [0x1e60, 0x1e61, 0x1e9b],
  [0xfb05, 0xfb06],
] as const).flatMap((letters) => letters.map((letter) => [letter, letters] as const)));

/** Greek letters with a iota below: the small letter of each pair is eight or nine code points before the other. */
const IOTA_PAIRS: readonly (readonly [first: number, last: number, distance: number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

/** Every code point that matches this one when case is ignored, itself among them. */
function variantsOf(codePoint: number): readonly number[] {
  const irregular = IRREGULAR.get(codePoint);
  if (irregular !== undefined) return irregular;
  for (const [first, last, distance] of IOTA_PAIRS) {
    if (codePoint >= first && codePoint <= last) return [codePoint, codePoint + distance];
    if (codePoint >= first + distance && codePoint <= last + distance) return [codePoint - distance, codePoint];
  }
  const lower = lowerCase(codePoint);
  const [upper, more] = String.fromCodePoint(lower).toUpperCase();
  return [codePoint, lower, more === undefined ? upper?.codePointAt(0) ?? lower : lower];
}

/** Adds to the ranges all code points that match one of theirs when case is ignored. */
export function foldRanges(ranges: readonly number[], ascii: boolean): number[] {
  const pairs: [number, number][] = [...pairsOf(ranges)];
  const blocks = ascii ? CASED_BLOCKS.slice(0, 2) : CASED_BLOCKS;
  for (const [first, last] of pairsOf(ranges)) {
    for (const [blockFirst, blockLast] of blocks) {
      for (let codePoint = Math.max(first, blockFirst); codePoint <= Math.min(last, blockLast); codePoint++) {
        if (ascii) pairs.push([codePoint ^ 32, codePoint ^ 32]);
        else for (const variant of variantsOf(codePoint)) pairs.push([variant, variant]);
      }
    }
  }
  return mergeRanges(pairs);
}
