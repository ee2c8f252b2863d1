import { type CodeSet, contains } from "./codeset.ts";
import { MAX_INSTRUCTIONS } from "./limits.ts";
import { type Anchor, dependsOnCaptures, type Fold, type Node, type RepeatNode, someNode } from "./syntax.ts";

/** One step of the exact matcher; `to` and the like are indexes into the program. */
export type Instruction =
  | { readonly op: "set"; readonly set: CodeSet; readonly ascii: Uint8Array }
  | { readonly op: "anchor"; readonly anchor: Anchor }
  /** Tries the preferred way first; `choice` numbers the choice points from 0. */
  | { readonly op: "split"; readonly preferred: number; readonly other: number; readonly choice: number }
  | { readonly op: "jump"; readonly to: number }
  /** Keeps the position in a register: a group's bound, or where an iteration began. */
  | { readonly op: "mark"; readonly register: number }
  /** Leaves a loop whose last iteration took nothing. */
  | { readonly op: "leaveIfEmpty"; readonly register: number; readonly to: number }
  /** Matches the body that follows, up to its `accept`, on its own; then goes on at `to`. */
  | {
    readonly op: "look";
    readonly negative: boolean;
    readonly behind: number;
    readonly to: number;
    readonly pure: boolean;
  }
  | { readonly op: "atomic"; readonly to: number; readonly pure: boolean }
  | { readonly op: "backreference"; readonly group: number; readonly fold: Fold }
  | { readonly op: "condition"; readonly group: number; readonly otherwise: number }
  | { readonly op: "accept" }
  | { readonly op: "fail" };

export interface Program {
  readonly instructions: readonly Instruction[];
  readonly choices: number;
  /** Registers 2g and 2g+1 are group g's bounds; group 0 is the whole match. */
  readonly registers: number;
  readonly groups: number;
  /** Whether a failure at a choice point and position is a failure for good: not so if captures decide. */
  readonly memoizable: boolean;
}

/** Which ASCII characters are in one of the sets: 1 or 0. */
export function asciiTable(sets: readonly CodeSet[]): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, char) => sets.some((set) => contains(set, char)) ? 1 : 0);
}

/** How many instructions a pattern would have; repeats are written out. */
export function programSize(node: Node): number {
  switch (node.kind) {
    case "set":
    case "anchor":
    case "backreference":
      return 1;
    case "sequence":
      return node.items.reduce((sum, item) => sum + programSize(item), 0);
    case "alternation":
      return node.branches.reduce((sum, branch) => sum + programSize(branch) + 2, 1);
    case "group":
    case "look":
    case "atomic":
      return programSize(node.body) + 2;
    case "repeat":
      return (programSize(node.body) + 4) * (node.max === Infinity ? node.min + 1 : node.max) + 1;
    case "conditional":
      return programSize(node.yes) + programSize(node.no) + 2;
  }
}

export function fits(node: Node): boolean {
  return programSize(node) <= MAX_INSTRUCTIONS;
}

/** Compiles a pattern that {@link fits}. */
export function compileProgram(root: Node, groups: number): Program {
  const writer = new Writer(groups);
  writer.write(root);
  writer.add({ op: "accept" });
  return {
    instructions: writer.instructions,
    choices: writer.choices,
    registers: writer.registers,
    groups,
    memoizable: !dependsOnCaptures(root),
  };
}

class Writer {
  readonly instructions: Instruction[] = [];
  choices = 0;
  registers: number;
  readonly #tables = new Map<CodeSet, Uint8Array>();

  constructor(groups: number) {
    this.registers = 2 * (groups + 1);
  }

  get #next(): number {
    return this.instructions.length;
  }

  add(instruction: Instruction): void {
    this.instructions.push(instruction);
  }

  /** Leaves room for an instruction whose target comes later. */
  #reserve(): number {
    this.add({ op: "fail" });
    return this.#next - 1;
  }

  #split(at: number, body: number, exit: number, lazy: boolean): void {
    const [preferred, other] = lazy ? [exit, body] : [body, exit];
    this.instructions[at] = { op: "split", preferred, other, choice: this.choices++ };
  }

  write(node: Node): void {
    switch (node.kind) {
      case "set":
        return this.add({ op: "set", set: node.set, ascii: this.#tableOf(node.set) });
      case "anchor":
        return this.add({ op: "anchor", anchor: node.anchor });
      case "sequence":
        for (const item of node.items) this.write(item);
        return;
      case "alternation":
        return this.#alternation(node.branches);
      case "group":
        this.add({ op: "mark", register: 2 * node.index });
        this.write(node.body);
        return this.add({ op: "mark", register: 2 * node.index + 1 });
      case "repeat":
        return this.#repeat(node);
      case "look": {
        const at = this.#nested(node.body);
        const { negative, behind = 0 } = node;
        this.instructions[at] = { op: "look", negative, behind, to: this.#next, pure: isPure(node.body) };
        return;
      }
      case "atomic":
        return this.#atomic(node.body);
      case "backreference":
        return this.add({ op: "backreference", group: node.group, fold: node.fold });
      case "conditional": {
        const at = this.#reserve();
        this.write(node.yes);
        const end = this.#reserve();
        this.instructions[at] = { op: "condition", group: node.group, otherwise: this.#next };
        this.write(node.no);
        this.instructions[end] = { op: "jump", to: this.#next };
      }
    }
  }

  /** Shared by the copies of a set that repeats make. */
  #tableOf(set: CodeSet): Uint8Array {
    const known = this.#tables.get(set);
    if (known) return known;
    const table = asciiTable([set]);
    this.#tables.set(set, table);
    return table;
  }

  #nested(body: Node): number {
    const at = this.#reserve();
    this.write(body);
    this.add({ op: "accept" });
    return at;
  }

  #atomic(body: Node): void {
    const at = this.#nested(body);
    this.instructions[at] = { op: "atomic", to: this.#next, pure: isPure(body) };
  }

  #alternation(branches: readonly Node[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      const last = index === branches.length - 1;
      const at = last ? undefined : this.#reserve();
      this.write(branch);
      if (at === undefined) break;
      ends.push(this.#reserve());
      this.#split(at, at + 1, this.#next, false);
    }
    if (branches.length === 0) this.add({ op: "fail" });
    for (const end of ends) this.instructions[end] = { op: "jump", to: this.#next };
  }

  #repeat(node: RepeatNode): void {
    const { body, min, max, mode } = node;
    if (mode === "possessive") {
      // Each iteration, too, is final: Python does not go back into one.
      for (let i = 0; i < min; i++) this.#atomic(body);
      if (max > min) {
        const more: RepeatNode = { ...node, min: 0, max: max - min, mode: "greedy", body: { kind: "atomic", body } };
        this.#atomic(more);
      }
      return;
    }
    for (let i = 0; i < min; i++) this.write(body);
    if (max === Infinity) this.#loop(body, mode === "lazy");
    else if (max > min) this.#optional(body, max - min, mode === "lazy");
  }

  #loop(body: Node, lazy: boolean): void {
    const at = this.#reserve();
    const register = this.#iteration(body);
    const check = register === undefined ? undefined : this.#reserve();
    this.add({ op: "jump", to: at });
    this.#split(at, at + 1, this.#next, lazy);
    if (check !== undefined && register !== undefined) {
      this.instructions[check] = { op: "leaveIfEmpty", register, to: this.#next };
    }
  }

  /** Up to `times` iterations, one after the other. */
  #optional(body: Node, times: number, lazy: boolean): void {
    const splits: number[] = [];
    const checks: [number, number][] = [];
    for (let i = 0; i < times; i++) {
      splits.push(this.#reserve());
      const register = this.#iteration(body);
      if (register !== undefined) checks.push([this.#reserve(), register]);
    }
    for (const at of splits) this.#split(at, at + 1, this.#next, lazy);
    for (const [at, register] of checks) {
      this.instructions[at] = { op: "leaveIfEmpty", register, to: this.#next };
    }
  }

  /** An iteration; the answer is where it keeps its start, if it may take nothing. */
  #iteration(body: Node): number | undefined {
    if (body.kind === "set") {
      this.write(body);
      return undefined;
    }
    const register = this.registers++;
    this.add({ op: "mark", register });
    this.write(body);
    return register;
  }
}

/** Whether a nested match leaves nothing behind but where it ended. */
function isPure(body: Node): boolean {
  return !someNode(body, (node) => node.kind === "group");
}
