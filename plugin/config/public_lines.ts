import { withoutSecrets } from "./found.ts";
import { nearest } from "./nearest.ts";
import { HOST_OPTIONS, OPTION_NAMES, optionOf } from "./options.ts";

/** Stands where a value is that may be a secret. */
const HIDDEN = "…";
/** How many lines above one are looked at for what it belongs to. */
const MAX_ABOVE = 2_000;
/** Longer lines are not looked at: nothing of them is shown. */
const MAX_LENGTH = 20_000;
/** A name and the colon behind it, also one that a space is missing behind. */
const NAME = /(?<before>^|[\s{[,"'-])(?<quote>["']?)(?<name>[A-Za-z_][\w.-]{0,80})\k<quote>\s?[:\uff1a=](?!\/\/)/g;
const SECTIONS: readonly string[] = ["init_config", "instances", "instance", "logs", ...HOST_OPTIONS];
/** Parts of names of settings whose values are nobody's business, also where the name is misspelt. */
const SECRET = /pass|pwd|token|secret|key|auth|header|cookie|credential|user|body|aws/i;

/** Settings of `logs`. */
const OF_LOGS = ["type", "path", "port", "channel_path", "encoding", "source", "exclude_paths", "start_position"];
const PUBLIC: ReadonlySet<string> = new Set([...OF_LOGS, ...OPTION_NAMES.filter((name) => !optionOf(name).secret)]);
const HIDDEN_OPTIONS: readonly string[] = OPTION_NAMES.filter((name) => optionOf(name).secret);

/** A piece of a line, and what is shown of it. */
interface Piece {
  readonly from: number;
  readonly written: string;
  readonly shown: string;
}

/** What is shown of a line, and at which of its columns, from 1, what stood at a column of the line itself. */
export interface PublicLine {
  readonly text: string;
  readonly column: number;
}

/**
 * A line of a configuration for people, without what may be a secret: of options that are not known to be public, the
 * values are hidden, comments too. It is made of the text alone, since what is wrong may be its very structure.
 *
 * @param index from 0
 */
export function publicLine(lines: readonly string[], index: number, column: number): PublicLine | undefined {
  const line = withoutComment(lines[index] ?? "");
  if (line.length > MAX_LENGTH) return undefined;
  let text = "";
  let shownColumn = column;
  for (const { from, written, shown } of piecesOf(line, surroundings(lines, index))) {
    if (column - 1 >= from) {
      const into = column - 1 - from;
      shownColumn = text.length + 1 +
        (written === shown ? into : Math.min(into, Math.max(0, shown.trimEnd().length - 1)));
    }
    text += shown;
  }
  return { text, column: shownColumn };
}

type Surroundings = "public" | "secret" | "unknown";

function piecesOf(line: string, within: Surroundings): Piece[] {
  const names = [...line.matchAll(NAME)];
  const startOf = (match: RegExpExecArray | undefined) =>
    match === undefined ? line.length : match.index + (match.groups?.before?.length ?? 0);
  const before = line.slice(0, startOf(names[0]));
  const pieces: Piece[] = [{ from: 0, written: before, shown: shownBefore(before, within) }];
  let isHidden = within === "secret";
  let isInside = within === "public";
  let isLastShown = true;
  let isFlow = /[{[]/.test(before);
  for (const [i, match] of names.entries()) {
    const { name = "" } = match.groups ?? {};
    const end = match.index + match[0].length;
    const key = line.slice(startOf(match), end);
    const value = line.slice(end, startOf(names[i + 1]));
    // `env:prod` in the value of a public option is part of it, as is what follows a second colon.
    const isPart = i > 0 && !isFlow && pieces.at(-1)?.written === pieces.at(-1)?.shown && !isSecretName(name);
    const isPublic = isPart || PUBLIC.has(name) || SECTIONS.includes(name) || (isInside && !isSecretName(name));
    // Without a comma before it, it is part of the value before it, which is hidden.
    const isApart = i === 0 || /[{[,]\s*["']?$/.test(line.slice(0, startOf(match)));
    if (!isApart && !isLastShown) {
      pieces.push({ from: startOf(match), written: key + value, shown: HIDDEN });
      continue;
    }
    const isFlowStart = /^\s*[{[]/.test(value);
    isLastShown = isPublic && !isHidden;
    pieces.push({ from: startOf(match), written: key, shown: key });
    pieces.push({ from: end, written: value, shown: shownIf(isPublic && !isHidden, value, isFlow || isFlowStart) });
    // What stands in a flow mapping belongs to the option before the brace.
    isFlow ||= isFlowStart;
    if (!isFlowStart) continue;
    isHidden ||= isSecretName(name);
    isInside ||= PUBLIC.has(name);
  }
  return pieces;
}

function isSecretName(name: string): boolean {
  if (PUBLIC.has(name)) return false;
  return SECRET.test(name) || nearest(name, HIDDEN_OPTIONS) !== undefined;
}

/** What stands before the first name of a line, or a line without any: `- `, `limit 3`, `<<<<<<< HEAD`. */
function shownBefore(text: string, within: Surroundings): string {
  const [word = ""] = /[A-Za-z_]\w*/.exec(text) ?? [];
  const isPublic = within === "public" || (within === "unknown" && (PUBLIC.has(word) || SECTIONS.includes(word)));
  return isPublic ? shownIf(true, text) : text.replace(/[\p{L}\p{N}_$](?:.*[^\s{}[\],'"])?/u, HIDDEN);
}

/** The value, or a sign in its place that leaves brackets as they are. */
function shownIf(isPublic: boolean, value: string, isFlow = true): string {
  // Outside of brackets, those at the end belong to the value.
  if (!isPublic && !isFlow) return value.replace(/\S.*/, HIDDEN);
  if (!isPublic) return value.replace(/[^\s{}[\],>|'"-](?:.*[^\s{}[\],'"])?/, HIDDEN);
  return value.replace(/(?<start>["'[{(,]*)(?<word>[^\s"'[{(,]\S*)/g, (...found) => {
    const { start = "", word = "" } = found.at(-1) as Readonly<Record<string, string>>;
    return start + withoutSecrets(word).replace(/(\/\/[^?#\s]*)[?#].*?(["',}\]]*)$/, `$1?${HIDDEN}$2`);
  });
}

/** Without the comment at its end, which may hold an old password. */
function withoutComment(line: string): string {
  const start = /^#|\s#/.exec(line);
  return (start === null ? line : line.slice(0, start.index)).trimEnd();
}

/** What the options say, in which a line stands by its indentation. */
function surroundings(lines: readonly string[], index: number): Surroundings {
  let indentation = indentationOf(lines[index] ?? "");
  let said: Surroundings = "unknown";
  for (let i = index - 1; i >= Math.max(0, index - MAX_ABOVE) && indentation > 0; i--) {
    const line = lines[i] ?? "";
    if (line.trim() === "" || /^\s*#/.test(line) || indentationOf(line) >= indentation) continue;
    indentation = indentationOf(line);
    const name = /^[\s-]*(["']?)(?<name>[^\s:"']+)\1\s*:/.exec(line)?.groups?.name;
    if (name === undefined || SECTIONS.includes(name)) continue;
    if (isSecretName(name)) return "secret";
    if (PUBLIC.has(name)) said = "public";
  }
  return said;
}

/** The column of what a line says. A dash of a list counts as indentation. */
function indentationOf(line: string): number {
  return /^[\s-]*/.exec(line)?.[0].length ?? 0;
}
