import { splitLabels } from "./labels.ts";
import { BACKSLASH, COMMA, EQUALS, QUOTE, RIGHT_BRACE, type Source } from "./source.ts";

const FIRST_CAPACITY = 64;

/**
 * Whether two well-formed label blocks are the same set, whatever the order of their labels.
 *
 * @param special a label that does not count; `""` for none
 */
export function haveSameLabels(
  source: Source,
  start: number,
  end: number,
  otherStart: number,
  otherEnd: number,
  special: string,
): boolean {
  return haveSameText(source, start, end, otherStart, otherEnd, special) ||
    canonical(source, start, end, special) === canonical(source, otherStart, otherEnd, special);
}

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

function canonical(source: Source, start: number, end: number, special: string): string {
  const labels = splitLabels(source.slice(start, end)) ?? [];
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] !== special) pairs.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`);
  }
  return pairs.sort().join();
}

/** Integers of an entry, next to each other so that a look-up touches one line of the processor's cache. */
const ENTRY = 4;
const MARK = 0;
const HASH = 1;
const START = 2;
const END = 3;
/** Bits of the mark for the tag; the epoch stands above them. */
const TAG_BITS = 3;

/**
 * The label sets that were seen, each with a tag (0 to 7) that tells apart what else differs: an open-addressed hash
 * table of offsets into the source, 16 bytes an entry and at most half full. It is emptied in constant time, as this
 * happens with each family: the entries of an earlier epoch count as free.
 */
export class LabelSets {
  readonly #source: Source;
  #capacity = FIRST_CAPACITY;
  #count = 0;
  #epoch = 1;
  #entries = new Int32Array(FIRST_CAPACITY * ENTRY);

  constructor(source: Source) {
    this.#source = source;
  }

  clear(): void {
    this.#epoch++;
    this.#count = 0;
  }

  /**
   * Adds a label set.
   *
   * @param hash equal for equal sets
   * @param special a label that does not count; `""` for none
   * @returns whether it was new
   */
  add(hash: number, tag: number, start: number, end: number, special: string): boolean {
    const entries = this.#entries;
    const mask = this.#capacity - 1;
    const mark = (this.#epoch << TAG_BITS) | tag;
    let slot = hash & mask;
    for (;;) {
      const entry = slot * ENTRY;
      const found = entries[entry + MARK]!;
      if (found >> TAG_BITS !== this.#epoch) {
        put(entries, entry, mark, hash, start, end);
        break;
      }
      if (
        found === mark && entries[entry + HASH] === hash &&
        haveSameLabels(this.#source, start, end, entries[entry + START]!, entries[entry + END]!, special)
      ) return false;
      slot = (slot + 1) & mask;
    }
    if (++this.#count * 2 > this.#capacity) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#entries;
    this.#capacity *= 2;
    const entries = new Int32Array(this.#capacity * ENTRY);
    this.#entries = entries;
    const mask = this.#capacity - 1;
    for (let entry = 0; entry < old.length; entry += ENTRY) {
      const mark = old[entry + MARK]!;
      if (mark >> TAG_BITS !== this.#epoch) continue;
      const hash = old[entry + HASH]!;
      let slot = hash & mask;
      while (entries[slot * ENTRY + MARK] !== 0) slot = (slot + 1) & mask;
      put(entries, slot * ENTRY, mark, hash, old[entry + START]!, old[entry + END]!);
    }
  }
}

function put(entries: Int32Array, entry: number, mark: number, hash: number, start: number, end: number): void {
  entries[entry + MARK] = mark;
  entries[entry + HASH] = hash;
  entries[entry + START] = start;
  entries[entry + END] = end;
}
