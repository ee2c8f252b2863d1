import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldRanges, lowerCase } from "../../plugin/patterns/casefold.ts";

/** The last of the blocks where letters have two cases is in plane 1. */
const LAST = 0x1ffff;

/** Beria Erfe has two cases since Unicode 17, which Python up to 3.13 does not know. */
function isNewer(codePoint: number): boolean {
  return codePoint >= 0x16ea0 && codePoint <= 0x16edf;
}

function upperOfLower(codePoint: number): string {
  if (isNewer(codePoint)) return String.fromCodePoint(codePoint);
  return String.fromCodePoint(lowerCase(codePoint)).toUpperCase();
}

describe("foldRanges()", () => {
  it("adds all letters that have the same upper case as a letter's lower case, as Python does", () => {
    const alike = new Map<string, number[]>();
    for (let codePoint = 0; codePoint <= LAST; codePoint++) {
      const key = upperOfLower(codePoint);
      alike.set(key, [...alike.get(key) ?? [], codePoint]);
    }
    const different: unknown[] = [];
    for (let codePoint = 0; codePoint <= LAST; codePoint++) {
      const expected = alike.get(upperOfLower(codePoint));
      const folded = [...foldRanges([codePoint, codePoint], false)];
      const members: number[] = [];
      for (let i = 0; i + 1 < folded.length; i += 2) {
        for (let member = folded[i] ?? 0; member <= (folded[i + 1] ?? 0); member++) members.push(member);
      }
      if (JSON.stringify(members) !== JSON.stringify(expected)) different.push([codePoint, expected, members]);
    }
    assert.deepEqual(different, []);
  });

  it("adds only ASCII letters where ASCII alone counts", () => {
    assert.deepEqual(foldRanges([0x6b, 0x6b], true), [0x4b, 0x4b, 0x6b, 0x6b]);
  });
});
