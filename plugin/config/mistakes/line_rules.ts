import { OPTIONS } from "../options.ts";
import { lookAlike, withPlainCharacters } from "./characters.ts";
import { insteadOf, type Lines, type Mistake, mistakeAt } from "./mistake.ts";

const SECTIONS: readonly string[] = ["init_config", "instances", "logs"];

/** Whether a name means something in a configuration. */
function isKnown(name: string): boolean {
  return Object.hasOwn(OPTIONS, name) || SECTIONS.includes(name) || name === "type" || name === "path";
}

/** What one line may have wrong that makes the file no YAML, or something else than was meant. */
type Rule = (lines: Lines, index: number) => Mistake | undefined;

/** `\tlimit: 3`. */
const tabs: Rule = (lines, index) => {
  const [blanks = ""] = /^\s*(?:-\s*)?/.exec(lines[index] ?? "") ?? [];
  const column = blanks.indexOf("\t");
  if (column < 0 || (lines[index] ?? "").trim() === "") return undefined;
  return mistakeAt(
    index,
    column,
    "Found a tab in the indentation; expected spaces: YAML takes no tabs there.",
    "put spaces in place of the tab",
  );
};

/** Curly quotes, wide colons, no-break spaces. */
const strangers: Rule = (lines, index) => {
  const line = (lines[index] ?? "").replace(/(^|\s)#.*$/, "$1");
  const found = lookAlike(line);
  if (found === undefined) return undefined;
  const advice = `write ${found.meant} in place of it`;
  const isQuote = /["']/.test(withPlainCharacters(line.charAt(found.index)));
  return mistakeAt(
    index,
    found.index,
    `Found ${found.shown}; expected ${found.meant}.`,
    isQuote ? insteadOf(lines, index, found.index, withPlainCharacters, advice) : advice,
  );
};

/** What stands in a line that a pattern is found in. */
interface Found {
  readonly name: string;
  /** Of the group `sign`, where the pattern has one. */
  readonly sign: string;
}

/** What to say of it, and what becomes of the line from its blanks on. */
interface Said {
  readonly message: string;
  readonly advice: string;
  readonly change: (rest: string) => string;
}

/** A rule about lines with a name that means something, which is the pattern's group `name` behind `before`. */
function ofName(pattern: RegExp, say: (found: Found) => Said): Rule {
  return (lines, index) => {
    const { before = "", name = "", sign = "" } = pattern.exec(lines[index] ?? "")?.groups ?? {};
    if (!isKnown(name)) return undefined;
    const { message, advice, change } = say({ name, sign });
    return mistakeAt(index, before.length, message, insteadOf(lines, index, before.length, change, advice));
  };
}

/** `limit:25`. */
const missingSpace = ofName(/^(?<before>\s*(?:-\s+)?)(?<name>[A-Za-z_]\w*):(?=[^\s:/])/, ({ name }) => ({
  message: `Found no space after the colon of ${name}; expected one: without it, the colon is part of the text.`,
  advice: "put a space after the colon",
  change: (rest) => rest.replace(":", ": "),
}));

/** `-limit: 3`. */
const missingSpaceAfterDash = ofName(/^(?<before>\s*)-(?<name>[A-Za-z_]\w*):(?:\s|$)/, ({ name }) => ({
  message: `Found no space after the dash before ${name}; expected one: without it, the dash is part of the name.`,
  advice: "put a space after the dash",
  change: (rest) => rest.replace("-", "- "),
}));

/** `* limit: 3`. */
const bullets = ofName(/^(?<before>\s*)(?<sign>[*•+])\s+(?<name>[A-Za-z_]\w*):(?:\s|$)/, ({ sign }) => ({
  message: `Found ${sign} before an item of a list; expected -.`,
  advice: "write - in place of it",
  change: (rest) => rest.replace(sign, "-"),
}));

/** `limit = 3`, `limit 3`, `instances`. */
const missingColon = ofName(
  /^(?<before>\s*(?:-\s+)?)(?<name>[A-Za-z_]\w*)(?<sign>\s*(?::=|=>?)\s*|\s+(?=[^\s:=#])|\s*$)/,
  ({ name, sign }) => ({
    message: `Found ${
      sign.includes("=") ? `${sign.trim()} after ${name}` : `no colon after ${name}`
    }; expected a colon and a space.`,
    advice: "write a colon and a space after the name",
    change: (rest) => `${name}: ${rest.slice(name.length + sign.length)}`.trimEnd(),
  }),
);

/** `// a comment`. */
const otherComments: Rule = (lines, index) => {
  const found = /^(?<before>\s*)(?<sign>\/\/|\/\*|--|;)(?=\s|\w)/.exec(lines[index] ?? "");
  const { before = "", sign = "" } = found?.groups ?? {};
  if (found === null) return undefined;
  return mistakeAt(
    index,
    before.length,
    `Found ${sign}, which starts no comment in YAML; expected #.`,
    "write # in place of it, or remove the line",
  );
};

/** In the order of how sure they are. */
const RULES: readonly Rule[] = [
  tabs,
  strangers,
  missingSpace,
  missingSpaceAfterDash,
  bullets,
  otherComments,
  missingColon,
];

/** The first mistake in some lines, from one to another, both from 0. */
export function mistakeInLines(lines: Lines, from: number, to: number): Mistake | undefined {
  for (let index = Math.max(0, from); index <= Math.min(to, lines.length - 1); index++) {
    for (const rule of RULES) {
      const mistake = rule(lines, index);
      if (mistake !== undefined) return mistake;
    }
  }
  return undefined;
}
