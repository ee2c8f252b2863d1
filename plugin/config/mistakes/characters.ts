/** Characters that look like those of YAML, or like nothing, with what they are called and what is meant. */
const LOOK_ALIKES: readonly (readonly [characters: string, called: string, meant: string])[] = [
  ["\u201c\u201d\u201e\u201f\u00ab\u00bb", "a curly quotation mark", '"'],
  ["\u2018\u2019\u201a\u201b\u2032", "a curly quotation mark", "'"],
  ["\uff1a\ufe55\u2236", "a wide colon", ":"],
  ["\uff0c\u3001", "a wide comma", ","],
  ["\uff3b\u3010", "a wide bracket", "["],
  ["\uff3d\u3011", "a wide bracket", "]"],
  ["\uff5b", "a wide brace", "{"],
  ["\uff5d", "a wide brace", "}"],
  ["\uff03", "a wide number sign", "#"],
  ["\uff0f", "a wide slash", "/"],
  [
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "a space of another kind",
    " ",
  ],
  ["\u200b\u200c\u200d\u2060\ufeff\u00ad", "a character without width", ""],
  ["\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "a dash of another kind", "-"],
];

const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "a no-break space",
  "\u200b": "a zero-width space",
  "\ufeff": "a byte order mark that is not at the start",
  "\u3000": "a wide space",
};

const MEANINGS: ReadonlyMap<string, { readonly called: string; readonly meant: string }> = new Map(
  LOOK_ALIKES.flatMap(([characters, called, meant]) =>
    [...characters].map((one) => [one, { called: NAMES[one] ?? called, meant }] as const)
  ),
);

const ANY = new RegExp(`[${LOOK_ALIKES.map(([characters]) => characters).join("")}]`);
const ALL = new RegExp(ANY.source, "g");

/** The first character of a text that looks like another: where it stands, what it is, and what is meant. */
export function lookAlike(
  text: string,
): { readonly index: number; readonly shown: string; readonly meant: string } | undefined {
  const found = ANY.exec(text);
  const [character = ""] = found ?? [];
  const meaning = MEANINGS.get(character);
  if (found === null || meaning === undefined) return undefined;
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  const expected = meaning.meant === ""
    ? "nothing in its place"
    : meaning.meant === " "
    ? "a plain space"
    : `the plain ${meaning.meant}`;
  return { index: found.index, shown: `${meaning.called} (${code})`, meant: expected };
}

/** A text with the plain characters in place of those that look like them. */
export function withPlainCharacters(text: string): string {
  return text.replace(ALL, (character) => MEANINGS.get(character)?.meant ?? character);
}
