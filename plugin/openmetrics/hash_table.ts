const FIRST_CAPACITY = 64;
/** Integers of a slot, next to each other so that a look-up touches one line of the processor's cache. */
const SLOT = 2;

/**
 * An open-addressed table from hashes to entries, which are numbered from 0 in the order in which they were added. What
 * an entry is, its owner keeps in columns of its own, and compares: a search goes through the entries with one hash.
 *
 *     let entry = table.first(hash);
 *     while (entry !== -1 && !isSame(entry)) entry = table.next();
 *     if (entry === -1) entry = table.add();
 *
 * Memory: 16 to 32 bytes an entry. Emptying it takes constant time, as families of one sample are many.
 */
export class HashTable {
  /** By slot: the entry's number plus {@linkcode #base}, its hash. Smaller numbers are of before the last `clear`. */
  #slots = new Int32Array(FIRST_CAPACITY * SLOT);
  #mask = FIRST_CAPACITY - 1;
  #base = 1;
  #size = 0;
  #hash = 0;
  #slot = 0;

  /** How many entries it has. */
  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#base += this.#size;
    this.#size = 0;
  }

  /** The first entry with a hash, whose low bits must be well mixed; -1 when there is none. */
  first(hash: number): number {
    this.#hash = hash;
    return this.#search(hash, hash & this.#mask);
  }

  /** The next entry with that hash, or -1. */
  next(): number {
    return this.#search(this.#hash, (this.#slot + 1) & this.#mask);
  }

  /** Adds an entry for the hash of a search that has come to its end; returns its number. */
  add(): number {
    const entry = this.#size++;
    put(this.#slots, this.#slot, this.#base + entry, this.#hash);
    if (this.#size * 2 > this.#mask) this.#grow();
    return entry;
  }

  #search(hash: number, start: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const base = this.#base;
    let slot = start;
    let number = slots[slot * SLOT]!;
    while (number >= base && slots[slot * SLOT + 1] !== hash) {
      slot = (slot + 1) & mask;
      number = slots[slot * SLOT]!;
    }
    this.#slot = slot;
    return number < base ? -1 : number - base;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length / SLOT - 1;
    for (let i = 0; i < old.length; i += SLOT) {
      if (old[i]! < this.#base) continue;
      const hash = old[i + 1]!;
      let slot = hash & mask;
      while (slots[slot * SLOT] !== 0) slot = (slot + 1) & mask;
      put(slots, slot, old[i]!, hash);
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

function put(slots: Int32Array, slot: number, number: number, hash: number): void {
  slots[slot * SLOT] = number;
  slots[slot * SLOT + 1] = hash;
}
