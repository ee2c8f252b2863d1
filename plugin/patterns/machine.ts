import { asciiLowerCase, lowerCase } from "./casefold.ts";
import { contains, isWord } from "./codeset.ts";
import { PatternInputError } from "./errors.ts";
import { MAX_CAPTURE_STEPS, MAX_LINEAR_STEPS, MAX_MEMO_CELLS, MAX_STEPS_PER_CHARACTER } from "./limits.ts";
import type { Program } from "./program.ts";
import type { Anchor, Fold } from "./syntax.ts";

/** Where a search may begin. */
export interface Starts {
  /** Only at the beginning of the text. */
  readonly anchored: boolean;
  /** For each ASCII character whether a match may begin with it; `undefined`: a match may be empty. */
  readonly starts: Uint8Array | undefined;
}

/** No match; positions are 0 and up. */
const NONE = -1;

// Frames of the backtracking stack are three numbers: what, and two operands. What is 0 or more is a place in the
// program, to be tried at the position that is the first operand.
const RESTORE = -1;
const FAILED = -2;

/** In the memo: not known; fails; or, from `ENDS_AT` on, succeeds and ends at the position that is the difference. */
const FAILS = 1;
const ENDS_AT = 2;

const NEWLINE = 10;

/**
 * One search for a pattern in a text by backtracking that remembers, for each choice point and position, that it
 * failed. So each is tried once and the time is linear in the text, without giving up lookaround or Python's order of
 * preference. (J. Davis et al., "Using Selective Memoization to Defeat Regular Expression Denial of Service", 2021.)
 * What is matched on its own (lookaround, atomic groups) also remembers where it succeeded. Where captures decide
 * (back-references) nothing can be remembered; a count of steps bounds those.
 */
export class Search {
  readonly #program: Program;
  readonly #text: string;
  readonly #memo: Int32Array | undefined;
  readonly #registers: Int32Array;
  readonly #maxSteps: number;
  #steps = 0;
  #stack = new Int32Array(192);
  #top = 0;

  /** @throws {PatternInputError} when remembering would take too much memory */
  constructor(program: Program, text: string) {
    this.#program = program;
    this.#text = text;
    this.#maxSteps = (program.memoizable ? MAX_LINEAR_STEPS : MAX_CAPTURE_STEPS) +
      MAX_STEPS_PER_CHARACTER * text.length;
    this.#registers = new Int32Array(program.registers).fill(NONE);
    if (program.memoizable) {
      const cells = program.choices * (text.length + 1);
      if (cells > MAX_MEMO_CELLS) {
        const longest = Math.floor(MAX_MEMO_CELLS / program.choices) - 1;
        throw new PatternInputError(
          `a text of ${text.length} characters is too long for this pattern, which takes texts of up to ${longest}`,
        );
      }
      this.#memo = new Int32Array(cells);
    }
  }

  /** The groups of the leftmost match. */
  first({ anchored, starts }: Starts): (string | undefined)[] | undefined {
    const text = this.#text;
    for (let start = 0; start <= text.length; start++) {
      if (starts) {
        while (start < text.length) {
          const char = text.charCodeAt(start);
          if (char >= 128 || starts[char] === 1 || anchored) break;
          start++;
        }
        if (start === text.length) return undefined;
      }
      if (start > 0 && isSurrogatePair(text, start - 1)) continue;
      const end = this.#run(0, start, false);
      if (end !== NONE) return this.#groups(start, end);
      if (anchored) return undefined;
    }
    return undefined;
  }

  #groups(start: number, end: number): (string | undefined)[] {
    const groups: (string | undefined)[] = [this.#text.slice(start, end)];
    for (let group = 1; group <= this.#program.groups; group++) groups.push(this.#captured(group));
    return groups;
  }

  #captured(group: number): string | undefined {
    const start = this.#registers[2 * group] ?? NONE;
    const end = this.#registers[2 * group + 1] ?? NONE;
    return start === NONE || end < start ? undefined : this.#text.slice(start, end);
  }

  #push(what: number, first: number, second: number): void {
    if (this.#top + 3 > this.#stack.length) {
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#top++] = what;
    this.#stack[this.#top++] = first;
    this.#stack[this.#top++] = second;
  }

  /**
   * Runs from an instruction to the `accept` of its (nested) body.
   *
   * @param pure whether the body leaves no captures: then what it has chosen can be forgotten, and its success kept
   * @returns where the match ends
   */
  #run(entry: number, from: number, pure: boolean): number {
    const { instructions } = this.#program;
    const text = this.#text;
    const memo = this.#memo;
    const base = this.#top;
    let at = entry;
    let position = from;
    for (;;) {
      if (++this.#steps > this.#maxSteps) throw tooManySteps(text);
      const instruction = instructions[at];
      if (!instruction) throw new RangeError(`no instruction ${at}`);
      let ok = true;
      at++;
      switch (instruction.op) {
        case "set": {
          const char = text.charCodeAt(position);
          if (char < 128) {
            ok = instruction.ascii[char] === 1;
            position++;
          } else if (position < text.length) {
            const codePoint = text.codePointAt(position) ?? 0;
            ok = contains(instruction.set, codePoint);
            position += codePoint > 0xffff ? 2 : 1;
          } else ok = false;
          break;
        }
        case "split": {
          if (memo) {
            const cell = instruction.choice * (text.length + 1) + position;
            const known = memo[cell] ?? 0;
            if (known >= ENDS_AT) {
              this.#succeed(base, known - ENDS_AT, pure);
              return known - ENDS_AT;
            }
            if (known === FAILS) {
              ok = false;
              break;
            }
            this.#push(FAILED, cell, 0);
          }
          this.#push(instruction.other, position, 0);
          at = instruction.preferred;
          break;
        }
        case "jump":
          at = instruction.to;
          break;
        case "mark":
          this.#push(RESTORE, instruction.register, this.#registers[instruction.register] ?? NONE);
          this.#registers[instruction.register] = position;
          break;
        case "leaveIfEmpty":
          if (this.#registers[instruction.register] === position) at = instruction.to;
          break;
        case "anchor":
          ok = this.#holds(instruction.anchor, position);
          break;
        case "look": {
          const start = back(text, position, instruction.behind);
          const top = this.#top;
          const found = start !== NONE && this.#run(at, start, instruction.pure) !== NONE;
          if (instruction.negative && found) this.#unwind(top);
          ok = found !== instruction.negative;
          at = instruction.to;
          break;
        }
        case "atomic": {
          const end = this.#run(at, position, instruction.pure);
          ok = end !== NONE;
          position = end;
          at = instruction.to;
          break;
        }
        case "backreference": {
          const end = this.#repeated(instruction.group, instruction.fold, position);
          ok = end !== NONE;
          position = end;
          break;
        }
        case "condition":
          if (this.#captured(instruction.group) === undefined) at = instruction.otherwise;
          break;
        case "accept":
          this.#succeed(base, position, pure);
          return position;
        case "fail":
          ok = false;
      }
      if (ok) continue;
      const next = this.#backtrack(base);
      if (next === NONE) return NONE;
      at = next;
      position = this.#stack[this.#top + 1] ?? 0;
    }
  }

  /** Undoes back to the last choice and takes it off the stack; the answer is where in the program to go on. */
  #backtrack(base: number): number {
    const stack = this.#stack;
    while (this.#top > base) {
      this.#top -= 3;
      const what = stack[this.#top] ?? 0;
      if (what >= 0) return what;
      const operand = stack[this.#top + 1] ?? 0;
      if (what === RESTORE) this.#registers[operand] = stack[this.#top + 2] ?? NONE;
      else if (this.#memo) this.#memo[operand] = FAILS;
    }
    return NONE;
  }

  /** Ends a run: no choice of it will be tried again, but what was captured must be restored when the caller fails. */
  #succeed(base: number, end: number, pure: boolean): void {
    const stack = this.#stack;
    let kept = base;
    for (let frame = base; frame < this.#top; frame += 3) {
      const what = stack[frame] ?? 0;
      const operand = stack[frame + 1] ?? 0;
      if (what === RESTORE) {
        stack[kept++] = what;
        stack[kept++] = operand;
        stack[kept++] = stack[frame + 2] ?? NONE;
      } else if (what === FAILED && pure && this.#memo) this.#memo[operand] = end + ENDS_AT;
    }
    this.#top = kept;
  }

  /** Takes back what a successful nested match captured. */
  #unwind(top: number): void {
    while (this.#top > top) {
      this.#top -= 3;
      this.#registers[this.#stack[this.#top + 1] ?? 0] = this.#stack[this.#top + 2] ?? NONE;
    }
  }

  #holds(anchor: Anchor, position: number): boolean {
    const text = this.#text;
    const { length } = text;
    switch (anchor) {
      case "textStart":
        return position === 0;
      case "lineStart":
        return position === 0 || text.charCodeAt(position - 1) === NEWLINE;
      case "textEnd":
        return position === length;
      case "lastLineEnd":
        return position === length || (position === length - 1 && text.charCodeAt(position) === NEWLINE);
      case "lineEnd":
        return position === length || text.charCodeAt(position) === NEWLINE;
      case "boundary":
        return this.#atBoundary(position, false);
      case "asciiBoundary":
        return this.#atBoundary(position, true);
      // Python up to 3.13: no \B in an empty text.
      case "notBoundary":
        return length > 0 && !this.#atBoundary(position, false);
      case "asciiNotBoundary":
        return length > 0 && !this.#atBoundary(position, true);
    }
  }

  #atBoundary(position: number, ascii: boolean): boolean {
    const text = this.#text;
    const start = back(text, position, 1);
    const before = start !== NONE && isWord(text.codePointAt(start) ?? 0, ascii);
    const after = position < text.length && isWord(text.codePointAt(position) ?? 0, ascii);
    return before !== after;
  }

  /** Where a repetition of a group's text, at a position, ends. */
  #repeated(group: number, fold: Fold, position: number): number {
    const captured = this.#captured(group);
    if (captured === undefined) return NONE;
    this.#steps += captured.length >> 3;
    const text = this.#text;
    if (fold === "none") return text.startsWith(captured, position) ? position + captured.length : NONE;
    const lower = fold === "ascii" ? asciiLowerCase : lowerCase;
    let at = position;
    for (const char of captured) {
      if (at >= text.length) return NONE;
      const codePoint = text.codePointAt(at) ?? 0;
      if (lower(codePoint) !== lower(char.codePointAt(0) ?? 0)) return NONE;
      at += codePoint > 0xffff ? 2 : 1;
    }
    return at;
  }
}

/** Whether a pair of surrogates, that is one code point, begins here. */
function isSurrogatePair(text: string, position: number): boolean {
  return (text.codePointAt(position) ?? 0) > 0xffff;
}

/** The position a number of code points back. */
function back(text: string, position: number, codePoints: number): number {
  let at = position;
  for (let i = 0; i < codePoints; i++) {
    if (at === 0) return NONE;
    at -= at > 1 && isSurrogatePair(text, at - 2) ? 2 : 1;
  }
  return at;
}

function tooManySteps(text: string): PatternInputError {
  return new PatternInputError(
    `searching a text of ${text.length} characters for this pattern takes too many steps; ` +
      "write the pattern without back-references or captures in lookaround, or with an anchor (^)",
  );
}
