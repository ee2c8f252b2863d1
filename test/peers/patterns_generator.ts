import fc from "fast-check";

const CHARACTERS = [..."aabbcx_1AB é\nßİıſΣςд𝒜😀٣-sik\u212a"];
const ESCAPES = "\\d \\D \\w \\W \\s \\S \\n \\t \\x41 \\u00e9 \\U0001d49c \\. \\- \\101 \\0 \\_ \\1 \\2 \\q".split(
  " ",
);
const SET_ITEMS = [..."abcx1A_éİſsK.😀", "a-c", "A-Z", "0-9", "à-ÿ", "Α-ω", "😀-😎", "+-9", ...ESCAPES, "\\b", "\\]"];
const ANCHORS = ["^", "$", "\\b", "\\B", "\\A", "\\Z"];
const QUANTIFIERS = "* + ? *? +? ?? {2} {1,2} {,2} {0,3}? *+ ++ ?+ {1,3}+ {2,} { {a {,}".split(" ");
const GROUPS = "( ( ( (?: (?i: (?s: (?m: (?a: (?-i: (?x: (?= (?! (?<= (?<! (?> (?P<n> (?(1)".split(" ");
const GLOBAL_FLAGS = ["", "", "", "(?i)", "(?s)", "(?m)", "(?x)", "(?a)", "(?ai)", "(?im)"];

/** Patterns in Python's syntax, most of them right, some not. */
export const pattern: fc.Arbitrary<string> = fc.tuple(
  fc.constantFrom(...GLOBAL_FLAGS),
  fc.letrec<{ sequence: string; atom: string; group: string }>((tie) => ({
    sequence: fc.array(
      fc.tuple(tie("atom"), fc.option(fc.constantFrom(...QUANTIFIERS, "|"), { freq: 2, nil: "" })),
      { maxLength: 4 },
    ).map((parts) => parts.flat().join("")),
    group: fc.tuple(fc.constantFrom(...GROUPS), tie("sequence")).map(([open, body]) => `${open}${body})`),
    atom: fc.oneof(
      { depthSize: "medium" },
      { weight: 8, arbitrary: fc.constantFrom(...CHARACTERS, ".") },
      { weight: 2, arbitrary: fc.constantFrom(...ESCAPES) },
      { weight: 2, arbitrary: fc.array(fc.constantFrom(...SET_ITEMS), { minLength: 1, maxLength: 3 }).map(setOf) },
      { weight: 1, arbitrary: fc.constantFrom(...ANCHORS) },
      { weight: 6, arbitrary: tie("group") },
    ),
  })).sequence,
).map((parts) => parts.join(""));

function setOf(items: string[]): string {
  return `[${items.length === 2 ? "^" : ""}${items.join("")}]`;
}

/** Short texts of the characters that the patterns are about. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."aaabbcx\n"), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 12 }),
);
