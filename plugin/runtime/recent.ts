/** A map of bounded size: what was set or asked for longest ago goes first. */
export class Recent<V> {
  readonly #values = new Map<string, V>();
  readonly #most: number;
  readonly #onDropped: (value: V) => void;

  /**
   * @param most entries that are held
   * @param onDropped hears of each value that had to make room
   */
  constructor(most: number, onDropped: (value: V) => void = () => {}) {
    this.#most = most;
    this.#onDropped = onDropped;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest, dropped] of this.#values) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
      this.#onDropped(dropped);
    }
  }

  delete(key: string): void {
    this.#values.delete(key);
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  clear(): void {
    this.#values.clear();
  }
}
