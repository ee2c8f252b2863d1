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

/** `limit:25`. */
const missingSpace: Rule = (lines, index) => {
  const found = /^(?<before>\s*(?:-\s+)?)(?<name>[A-Za-z_]\w*):(?=[^\s:/])/.exec(lines[index] ?? "");
  const { before = "", name = "" } = found?.groups ?? {};
  if (found === null || !isKnown(name)) return undefined;
  return mistakeAt(
    index,
    before.length,
    `Found no space after the colon of ${name}; expected one: without it, the colon is part of the text.`,
    insteadOf(lines, index, before.length, (rest) => rest.replace(":", ": "), "put a space after the colon"),
  );
};

/** `-limit: 3`. */
const missingSpaceAfterDash: Rule = (lines, index) => {
  const found = /^(?<before>\s*)-(?<name>[A-Za-z_]\w*):(?:\s|$)/.exec(lines[index] ?? "");
  const { before = "", name = "" } = found?.groups ?? {};
  if (found === null || !isKnown(name)) return undefined;
  return mistakeAt(
    index,
    before.length,
    `Found no space after the dash before ${name}; expected one: without it, the dash is part of the name.`,
    insteadOf(lines, index, before.length, (rest) => rest.replace("-", "- "), "put a space after the dash"),
  );
};

/** `* limit: 3`. */
const bullets: Rule = (lines, index) => {
  const found = /^(?<before>\s*)(?<bullet>[*•+])\s+(?<name>[A-Za-z_]\w*):(?:\s|$)/.exec(lines[index] ?? "");
  const { before = "", bullet = "", name = "" } = found?.groups ?? {};
  if (found === null || !isKnown(name)) return undefined;
  return mistakeAt(
    index,
    before.length,
    `Found ${bullet} before an item of a list; expected -.`,
    insteadOf(lines, index, before.length, (rest) => rest.replace(bullet, "-"), "write - in place of it"),
  );
};

/** `limit = 3`, `limit 3`, `instances`. */
const missingColon: Rule = (lines, index) => {
  const found = /^(?<before>\s*(?:-\s+)?)(?<name>[A-Za-z_]\w*)(?<middle>\s*(?::=|=>?)\s*|\s+(?=[^\s:=#])|\s*$)/.exec(
    lines[index] ?? "",
  );
  const { before = "", name = "", middle = "" } = found?.groups ?? {};
  if (found === null || !isKnown(name)) return undefined;
  const sign = middle.includes("=") ? `${middle.trim()} after ${name}` : `no colon after ${name}`;
  return mistakeAt(
    index,
    before.length,
    `Found ${sign}; expected a colon and a space.`,
    insteadOf(
      lines,
      index,
      before.length,
      (rest) => `${name}: ${rest.slice(name.length + middle.length)}`.trimEnd(),
      "write a colon and a space after the name",
    ),
  );
};

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
