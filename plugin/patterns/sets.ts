import { foldRanges } from "./casefold.ts";
import { type CodeSet, mergeRanges, pairsOf, type UnicodeClass } from "./codeset.ts";
import { type Escaped, isOctalDigit, readEscape, readOctal } from "./escapes.ts";
import type { Flags } from "./flags.ts";
import { lengthOf, type Scanner } from "./scanner.ts";

/** The rest of a set (`[...]`) whose opening bracket has just been taken. */
export function readSet(scanner: Scanner, flags: Flags): CodeSet {
  const start = scanner.position - 1;
  const negated = scanner.accept("^");
  const pairs: [number, number][] = [];
  const classes = new Set<UnicodeClass>();
  const add = (escaped: Escaped) => {
    if ("char" in escaped) pairs.push([escaped.char, escaped.char]);
    else {
      pairs.push(...pairsOf(escaped.members.ranges));
      for (const name of escaped.members.classes) classes.add(name);
    }
  };
  const take = (): string => {
    const token = scanner.take();
    if (token === undefined) throw scanner.errorAt("unterminated character set", start);
    return token;
  };

  for (let first = true;; first = false) {
    const token = take();
    if (token === "]" && !first) break;
    const low = member(scanner, token, flags);
    if (!scanner.accept("-")) {
      add(low);
      continue;
    }
    const end = take();
    if (end === "]") {
      add(low);
      pairs.push([0x2d, 0x2d]);
      break;
    }
    const high = member(scanner, end, flags);
    if (!("char" in low) || !("char" in high) || high.char < low.char) {
      throw scanner.error(`bad character range ${token}-${end}`, lengthOf(token) + 1 + lengthOf(end));
    }
    pairs.push([low.char, high.char]);
  }
  return makeSet(mergeRanges(pairs), [...classes], negated, flags);
}

function member(scanner: Scanner, token: string, flags: Flags): Escaped {
  if (!token.startsWith("\\")) return { char: token.codePointAt(0) ?? 0 };
  if (token === "\\b") return { char: 8 };
  const digit = token.slice(1);
  if (isOctalDigit(digit)) return { char: readOctal(scanner, token) };
  if (/^[89]$/.test(digit)) throw scanner.error(`bad escape ${token}`, 2);
  return readEscape(scanner, token, flags);
}

/** A set with the flags worked in. */
export function makeSet(
  ranges: readonly number[],
  classes: readonly UnicodeClass[],
  negated: boolean,
  flags: Flags,
): CodeSet {
  const folded = flags.ignoreCase ? foldRanges(ranges, flags.ascii) : ranges;
  return { ranges: folded, classes, negated };
}
