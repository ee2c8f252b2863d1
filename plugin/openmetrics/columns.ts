type Column = Uint8Array | Int32Array | Float64Array;

/**
 * A column with room for more, in place of the old one, which cannot be used any more: its memory is free at once and not
 * only at the next collection, which counts where a text has millions of samples.
 */
export function grown<T extends Column>(column: T, capacity: number): T {
  const Type = column.constructor as new (buffer: ArrayBuffer) => T;
  return new Type((column.buffer as ArrayBuffer).transfer(capacity * column.BYTES_PER_ELEMENT));
}

/** A column of integers that grows. */
export class IntColumn {
  #values = new Int32Array(16);

  get(i: number): number {
    return this.#values[i]!;
  }

  set(i: number, value: number): void {
    if (i >= this.#values.length) this.#values = grown(this.#values, Math.max(i + 1, 2 * this.#values.length));
    this.#values[i] = value;
  }
}
