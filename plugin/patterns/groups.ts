import { lengthOf, type Scanner } from "./scanner.ts";
import type { Width } from "./width.ts";

const IDENTIFIER = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;
const DECIMAL = /^[0-9]+$/;
/** Python's bound on group numbers, on 64 bits. */
const MAX_GROUPS = 1_073_741_823;

/** A name as Python shows it. */
export function quoted(name: string): string {
  const quote = name.includes("'") && !name.includes('"') ? '"' : "'";
  const escaped = name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** The capturing groups seen so far, and the rules about who may refer to which. */
export class GroupTable {
  readonly #names = new Map<string, number>();
  readonly #widths = new Map<number, Width>();
  /** First mention of a group by number in a condition; it may be defined later. */
  readonly #conditions = new Map<number, number>();
  /** Inside a lookbehind: how many groups there were before it. */
  #beforeLookbehind: number | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Widths of the groups that are closed. */
  get widths(): ReadonlyMap<number, Width> {
    return this.#widths;
  }

  open(name: string | undefined, scanner: Scanner): number {
    const index = ++this.#count;
    if (name !== undefined) {
      const other = this.#names.get(name);
      if (other !== undefined) {
        const message = `redefinition of group name ${quoted(name)} as group ${index}; was group ${other}`;
        throw scanner.error(message, lengthOf(name) + 1);
      }
      this.#names.set(name, index);
    }
    return index;
  }

  close(index: number, width: Width): void {
    this.#widths.set(index, width);
  }

  isClosed(index: number): boolean {
    return this.#widths.has(index);
  }

  named(name: string): number | undefined {
    return this.#names.get(name);
  }

  /** The name, when it is one. */
  checkName(name: string, scanner: Scanner): string {
    if (IDENTIFIER.test(name)) return name;
    throw scanner.error(`bad character in group name ${quoted(name)}`, lengthOf(name) + 1);
  }

  /** The group of a condition, which was named or numbered just before the present position. */
  condition(name: string, scanner: Scanner): number {
    const back = lengthOf(name) + 1;
    if (!DECIMAL.test(name)) {
      const group = this.#names.get(this.checkName(name, scanner));
      if (group === undefined) throw scanner.error(`unknown group name ${quoted(name)}`, back);
      return group;
    }
    const group = Number(name);
    if (group === 0) throw scanner.error("bad group number", back);
    if (group >= MAX_GROUPS) throw scanner.error(`invalid group reference ${name}`, back);
    if (!this.#conditions.has(group)) this.#conditions.set(group, scanner.position - back);
    return group;
  }

  /** A condition's group that the pattern does not have. */
  missingReference(): { group: number; position: number } | undefined {
    for (const [group, position] of this.#conditions) if (group > this.#count) return { group, position };
    return undefined;
  }

  /** Begins a lookbehind; the answer ends it. */
  enterLookbehind(): () => void {
    if (this.#beforeLookbehind !== undefined) return () => {};
    this.#beforeLookbehind = this.#count;
    return () => this.#beforeLookbehind = undefined;
  }

  /** A lookbehind may refer only to groups that were complete before it. */
  checkLookbehind(group: number, scanner: Scanner): void {
    if (this.#beforeLookbehind === undefined) return;
    if (!this.isClosed(group)) throw scanner.error("cannot refer to an open group");
    if (group > this.#beforeLookbehind) {
      throw scanner.error("cannot refer to group defined in the same lookbehind subpattern");
    }
  }
}
