import { grown } from "./columns.ts";
import { HashTable } from "./hash_table.ts";
import type { LabelSplitter } from "./labels.ts";
import { BACKSLASH, COMMA, EQUALS, QUOTE, RIGHT_BRACE, type Source } from "./source.ts";

/** Compares labels in the order in which they stand, which is the usual case. */
function haveSameText(
  source: Source,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
  special: string,
): boolean {
  const bytes = source.bytes;
  let offset = start;
  let other = otherStart;
  for (;;) {
    if (isLabel(bytes, offset, end, special)) offset = labelEnd(bytes, offset);
    if (isLabel(bytes, other, otherEnd, special)) other = labelEnd(bytes, other);
    if (offset >= end || other >= otherEnd) return offset >= end && other >= otherEnd;
    const stop = labelEnd(bytes, offset);
    while (offset < stop && bytes[offset] === bytes[other]) {
      offset++;
      other++;
    }
    if (offset < stop) {
      // The last label of a block is followed by a brace where the other block goes on with a comma.
      if (offset !== stop - 1 || !isSeparator(bytes[offset]) || !isSeparator(bytes[other])) return false;
      offset++;
      other++;
    }
  }
}

function isSeparator(byte: number | undefined): boolean {
  return byte === COMMA || byte === RIGHT_BRACE;
}

/** Whether the label at `offset` has this name. */
function isLabel(bytes: Uint8Array, offset: number, end: number, name: string): boolean {
  if (name === "" || offset >= end) return false;
  for (let i = 0; i < name.length; i++) if (bytes[offset + i] !== name.charCodeAt(i)) return false;
  return bytes[offset + name.length] === EQUALS;
}

/** The offset after the comma or brace that follows the label at `start`. */
function labelEnd(bytes: Uint8Array, start: number): number {
  let offset = start;
  while (bytes[offset] !== QUOTE) offset++;
  offset++;
  while (bytes[offset] !== QUOTE) offset += bytes[offset] === BACKSLASH ? 2 : 1;
  return offset + 2;
}

const FIRST_CAPACITY = 64;
/** Integers of a set. */
const SET = 3;

/** The label sets that were seen, each with a tag that tells apart what else differs, as offsets into the source. */
export class LabelSets {
  readonly #source: Source;
  readonly #splitter: LabelSplitter;
  readonly #table = new HashTable();
  /** By entry: start, end and tag, next to each other as they are read together. */
  #sets = new Int32Array(FIRST_CAPACITY * SET);

  constructor(source: Source, splitter: LabelSplitter) {
    this.#source = source;
    this.#splitter = splitter;
  }

  clear(): void {
    this.#table.clear();
  }

  /**
   * Adds a label set.
   *
   * @param hash equal for equal sets
   * @param special a label that does not count; `""` for none
   * @returns whether it was new
   */
  add(hash: number, tag: number, start: number, end: number, special: string): boolean {
    const table = this.#table;
    for (let entry = table.first(hash); entry !== -1; entry = table.next()) {
      const at = entry * SET;
      if (this.#sets[at + 2] !== tag) continue;
      if (this.isSame(start, end, this.#sets[at]!, this.#sets[at + 1]!, special)) return false;
    }
    const at = table.add() * SET;
    if (at === this.#sets.length) this.#sets = grown(this.#sets, 2 * at);
    this.#sets[at] = start;
    this.#sets[at + 1] = end;
    this.#sets[at + 2] = tag;
    return true;
  }

  /**
   * Whether two well-formed label blocks are the same set, whatever the order of their labels.
   *
   * @param special a label that does not count; `""` for none
   */
  isSame(start: number, end: number, otherStart: number, otherEnd: number, special: string): boolean {
    return haveSameText(this.#source, start, end, otherStart, otherEnd, special) ||
      this.#canonical(start, end, special) === this.#canonical(otherStart, otherEnd, special);
  }

  #canonical(start: number, end: number, special: string): string {
    const labels = this.#splitter.split(this.#source.slice(start, end));
    const pairs: string[] = [];
    for (let i = 0; i < labels.length; i += 2) {
      if (labels[i] !== special) pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
    }
    return pairs.sort().join();
  }
}
