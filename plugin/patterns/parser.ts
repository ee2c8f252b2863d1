import { anchorOf, Branch, character, look, setNode } from "./branch.ts";
import { ANY, NOT_NEWLINE } from "./codeset.ts";
import { isOctalDigit, octalValue, readEscape, readOctal } from "./escapes.ts";
import { applyFlags, type Flags, isFlag, NO_FLAGS, readFlagGroup } from "./flags.ts";
import { MAX_NESTING, MAX_SOURCE_LENGTH } from "./limits.ts";
import { GroupTable, quoted } from "./groups.ts";
import { readQuantifier } from "./quantifiers.ts";
import { lengthOf, Scanner } from "./scanner.ts";
import { readSet } from "./sets.ts";
import { EMPTY, type Node, type Syntax } from "./syntax.ts";
import { widthOf } from "./width.ts";

const VERBOSE_SPACE = new Set([" ", "\t", "\n", "\r", "\v", "\f"]);
const DIGIT = /^[0-9]$/;

/**
 * Parses a pattern of Python's `re` (the syntax of 3.11 to 3.13, for `str`).
 *
 * @throws {PatternError} what Python rejects, with its message, and `\N{...}`
 */
export function parse(source: string): Syntax {
  return new Parser(source).parse();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #groups = new GroupTable();
  /** The flags of the whole pattern. */
  #global: Flags = NO_FLAGS;
  #unicodeFlag = false;
  #nesting = 0;
  /** Where the first lookbehind of no fixed width is: Python looks for it when the rest is right. */
  #variableLookbehind = Infinity;

  constructor(source: string) {
    this.#scanner = new Scanner(source);
    const length = lengthOf(source);
    if (length > MAX_SOURCE_LENGTH) {
      throw this.#scanner.error(`pattern of ${length} characters is too long (at most ${MAX_SOURCE_LENGTH})`);
    }
  }

  parse(): Syntax {
    const root = this.#alternation(undefined);
    if (this.#scanner.peek() !== undefined) throw this.#scanner.error("unbalanced parenthesis");
    if (this.#unicodeFlag && this.#global.ascii) {
      throw this.#scanner.errorAt("ASCII and UNICODE flags are incompatible", 0);
    }
    const missing = this.#groups.missingReference();
    if (missing) throw this.#scanner.errorAt(`invalid group reference ${missing.group}`, missing.position);
    if (this.#variableLookbehind !== Infinity) {
      throw this.#scanner.errorAt("look-behind requires fixed-width pattern", this.#variableLookbehind);
    }
    return { root, groups: this.#groups.count };
  }

  /** @param flags `undefined` at the top, where flags may still be turned on for the whole pattern */
  #alternation(flags: Flags | undefined): Node {
    if (++this.#nesting > MAX_NESTING) throw this.#scanner.error(`groups nested deeper than ${MAX_NESTING}`);
    const branches = [this.#branch(flags, flags === undefined)];
    while (this.#scanner.accept("|")) branches.push(this.#branch(flags, false));
    this.#nesting--;
    return branches.length === 1 ? branches[0] ?? EMPTY : { kind: "alternation", branches };
  }

  #branch(outer: Flags | undefined, globalFlagsAllowed: boolean): Node {
    const branch = new Branch();
    for (;;) {
      const token = this.#scanner.peek();
      if (token === undefined || token === "|" || token === ")") break;
      this.#scanner.take();
      const flags = outer ?? this.#global;
      if (flags.verbose && this.#skipVerbose(token)) continue;
      this.#item(branch, token, flags, globalFlagsAllowed);
    }
    return branch.node();
  }

  #skipVerbose(token: string): boolean {
    if (token === "#") {
      for (let skipped = this.#scanner.take(); skipped !== undefined && skipped !== "\n";) {
        skipped = this.#scanner.take();
      }
      return true;
    }
    return VERBOSE_SPACE.has(token);
  }

  #item(branch: Branch, token: string, flags: Flags, globalFlagsAllowed: boolean): void {
    const scanner = this.#scanner;
    switch (token) {
      case "*":
      case "+":
      case "?":
      case "{":
        this.#repeat(branch, token, flags);
        break;
      case "[":
        branch.add(setNode(readSet(scanner, flags)));
        break;
      case ".":
        branch.add(setNode(flags.dotAll ? ANY : NOT_NEWLINE));
        break;
      case "^":
        branch.addAnchor(flags.multiline ? "lineStart" : "textStart");
        break;
      case "$":
        branch.addAnchor(flags.multiline ? "lineEnd" : "lastLineEnd");
        break;
      case "(":
        this.#group(branch, flags, globalFlagsAllowed);
        break;
      default:
        if (token.startsWith("\\")) this.#escape(branch, token, flags);
        else branch.add(character(token.codePointAt(0) ?? 0, flags));
    }
  }

  #repeat(branch: Branch, token: string, flags: Flags): void {
    const start = this.#scanner.position - 1;
    const quantifier = readQuantifier(this.#scanner, token);
    if (quantifier === undefined) {
      branch.add(character(0x7b, flags));
      return;
    }
    if (branch.last === "nothing" || branch.last === "anchor") throw this.#scanner.errorAt("nothing to repeat", start);
    if (branch.last === "repeat") throw this.#scanner.errorAt("multiple repeat", start);
    branch.repeat(quantifier, this.#scanner.accept("?") ? "?" : this.#scanner.accept("+") ? "+" : undefined);
  }

  #escape(branch: Branch, token: string, flags: Flags): void {
    const anchor = anchorOf(token, flags);
    if (anchor) return branch.addAnchor(anchor);
    const scanner = this.#scanner;
    if (token === "\\0") return branch.add(character(readOctal(scanner, token), flags));
    if (DIGIT.test(token.slice(1))) return branch.add(this.#numbered(token, flags));
    const escaped = readEscape(scanner, token, flags);
    branch.add("char" in escaped ? character(escaped.char, flags) : setNode(escaped.members));
  }

  /** `\1` to `\99`, a back-reference, or `\100` to `\377`, a character. */
  #numbered(first: string, flags: Flags): Node {
    const scanner = this.#scanner;
    let escape = first + scanner.takeWhile(DIGIT, 1);
    if (/^\\[0-7][0-7]$/.test(escape) && isOctalDigit(scanner.peek())) {
      escape += scanner.take() ?? "";
      return character(octalValue(scanner, escape), flags);
    }
    const group = Number(escape.slice(1));
    if (group > this.#groups.count) throw scanner.error(`invalid group reference ${group}`, escape.length - 1);
    if (!this.#groups.isClosed(group)) throw scanner.error("cannot refer to an open group", escape.length);
    return this.#backreference(group, flags);
  }

  #backreference(group: number, flags: Flags): Node {
    this.#groups.checkLookbehind(group, this.#scanner);
    const width = this.#groups.widths.get(group)?.max ?? Infinity;
    return {
      kind: "backreference",
      group,
      fold: !flags.ignoreCase ? "none" : flags.ascii ? "ascii" : "unicode",
      width,
    };
  }

  /** The rest of what began with `(`. */
  #group(branch: Branch, flags: Flags, globalFlagsAllowed: boolean): void {
    const scanner = this.#scanner;
    const start = scanner.position - 1;
    if (!scanner.accept("?")) return branch.add(this.#capture(undefined, start, flags));
    const token = scanner.take();
    switch (token) {
      case undefined:
        throw scanner.error("unexpected end of pattern");
      case "P":
        return branch.add(this.#named(start, flags));
      case ":":
        return branch.add(this.#body(start, flags));
      case ">":
        return branch.add({ kind: "atomic", body: this.#body(start, flags) });
      case "#":
        return this.#comment(start);
      case "=":
      case "!":
        return branch.add(look(token === "!", undefined, this.#body(start, flags)));
      case "<":
        return branch.add(this.#lookbehind(start, flags));
      case "(":
        return branch.add(this.#conditional(start, flags));
    }
    if (!isFlag(token) && token !== "-") throw scanner.error(`unknown extension ?${token}`, lengthOf(token) + 1);
    const group = readFlagGroup(scanner, token);
    if (!group.global) return branch.add(this.#body(start, applyFlags(flags, group)));
    if (!globalFlagsAllowed || branch.last !== "nothing") {
      throw scanner.errorAt("global flags not at the start of the expression", start);
    }
    this.#unicodeFlag ||= group.on.has("u");
    const ascii = this.#global.ascii || group.on.has("a");
    this.#global = { ...applyFlags(this.#global, group), ascii };
  }

  #comment(start: number): void {
    for (;;) {
      const token = this.#scanner.take();
      if (token === undefined) throw this.#scanner.errorAt("missing ), unterminated comment", start);
      if (token === ")") return;
    }
  }

  /** What is inside a group, and its closing parenthesis. */
  #body(start: number, flags: Flags): Node {
    const body = this.#alternation(flags);
    this.#close(start);
    return body;
  }

  #close(start: number): void {
    if (!this.#scanner.accept(")")) throw this.#scanner.errorAt("missing ), unterminated subpattern", start);
  }

  #capture(name: string | undefined, start: number, flags: Flags): Node {
    const index = this.#groups.open(name, this.#scanner);
    const body = this.#body(start, flags);
    this.#groups.close(index, widthOf(body, this.#groups.widths));
    return { kind: "group", index, body };
  }

  /** `(?P<name>...)` or `(?P=name)`. */
  #named(start: number, flags: Flags): Node {
    const scanner = this.#scanner;
    if (scanner.accept("<")) {
      const name = this.#groups.checkName(scanner.takeUntil(">", "group name"), scanner);
      return this.#capture(name, start, flags);
    }
    if (scanner.accept("=")) {
      const name = this.#groups.checkName(scanner.takeUntil(")", "group name"), scanner);
      const group = this.#groups.named(name);
      if (group === undefined) throw scanner.error(`unknown group name ${quoted(name)}`, lengthOf(name) + 1);
      if (!this.#groups.isClosed(group)) throw scanner.error("cannot refer to an open group", lengthOf(name) + 1);
      return this.#backreference(group, flags);
    }
    const token = scanner.take();
    if (token === undefined) throw scanner.error("unexpected end of pattern");
    throw scanner.error(`unknown extension ?P${token}`, lengthOf(token) + 2);
  }

  #lookbehind(start: number, flags: Flags): Node {
    const scanner = this.#scanner;
    const token = scanner.take();
    if (token === undefined) throw scanner.error("unexpected end of pattern");
    if (token !== "=" && token !== "!") throw scanner.error(`unknown extension ?<${token}`, lengthOf(token) + 2);
    const leave = this.#groups.enterLookbehind();
    const body = this.#alternation(flags);
    leave();
    this.#close(start);
    const width = widthOf(body, this.#groups.widths);
    if (width.min !== width.max) this.#variableLookbehind = Math.min(start, this.#variableLookbehind);
    return look(token === "!", width.min, body);
  }

  /** `(?(1)yes|no)` or `(?(name)yes|no)`. */
  #conditional(start: number, flags: Flags): Node {
    const scanner = this.#scanner;
    const name = scanner.takeUntil(")", "group name");
    const group = this.#groups.condition(name, scanner);
    this.#groups.checkLookbehind(group, scanner);
    if (++this.#nesting > MAX_NESTING) throw scanner.error(`groups nested deeper than ${MAX_NESTING}`);
    const yes = this.#branch(flags, false);
    const no = scanner.accept("|") ? this.#branch(flags, false) : EMPTY;
    this.#nesting--;
    if (scanner.peek() === "|") throw scanner.error("conditional backref with more than two branches");
    this.#close(start);
    return { kind: "conditional", group, yes, no };
  }
}
