import type { Scanner } from "./scanner.ts";

/** What the inline flags `i`, `m`, `s`, `x`, `a` (or `u`, which unsets it) say at a place of the pattern. */
export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

export const NO_FLAGS: Flags = { ignoreCase: false, multiline: false, dotAll: false, verbose: false, ascii: false };

/** The letters between `(?` and `:` or `)`. */
export interface FlagGroup {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  /** `(?i)`: holds for the whole pattern. */
  readonly global: boolean;
}

const FLAG = /^[imsxauL]$/;
const TYPE = new Set(["a", "u", "L"]);
const LETTER = /^\p{L}$/u;

export function isFlag(token: string): boolean {
  return FLAG.test(token);
}

/** Reads a flag group whose first token, a flag or `-`, has just been taken. */
export function readFlagGroup(scanner: Scanner, first: string): FlagGroup {
  const on = new Set<string>();
  let token = first;
  while (token !== "-") {
    if (token === "L") throw scanner.error("bad inline flags: cannot use 'L' flag with a str pattern");
    on.add(token);
    if (on.has("a") && on.has("u")) {
      throw scanner.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
    }
    token = nextFlag(scanner, "missing -, : or )", ")-:");
    if (token === ")") return { on, off: new Set(), global: true };
    if (token === ":") return { on, off: new Set(), global: false };
  }
  return { on, off: readNegatedFlags(scanner, on), global: false };
}

function readNegatedFlags(scanner: Scanner, on: ReadonlySet<string>): Set<string> {
  const off = new Set<string>();
  let token = nextFlag(scanner, "missing flag", "");
  while (token !== ":") {
    if (TYPE.has(token)) throw scanner.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
    off.add(token);
    token = nextFlag(scanner, "missing :", ":");
  }
  if ([...on].some((flag) => off.has(flag))) {
    throw scanner.error("bad inline flags: flag turned on and off", 1);
  }
  return off;
}

/** Takes a flag, or one of the characters that may follow the flags. */
function nextFlag(scanner: Scanner, missing: string, others: string): string {
  const token = scanner.take();
  if (token === undefined) throw scanner.error(missing);
  if (others.includes(token) || isFlag(token)) return token;
  throw scanner.error(LETTER.test(token) ? "unknown flag" : missing, [...token].length);
}

/** The flags inside a flag group. */
export function applyFlags(flags: Flags, group: FlagGroup): Flags {
  const value = (letter: string, before: boolean) => (before || group.on.has(letter)) && !group.off.has(letter);
  return {
    ignoreCase: value("i", flags.ignoreCase),
    multiline: value("m", flags.multiline),
    dotAll: value("s", flags.dotAll),
    verbose: value("x", flags.verbose),
    ascii: (flags.ascii || group.on.has("a")) && !group.on.has("u"),
  };
}
