type Column = Uint8Array | Int32Array | Float64Array;

/** A copy of a column with room for more. */
export function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
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
