/**
 * The cap of `max_returned_metrics`: how many contexts a run may submit (datadog-checks-base 38.7.0,
 * `utils/limiter.py`). A gauge, rate or monotonic count is one context a call; other types are counted once a context.
 */
export class Limiter {
  /** How many contexts were offered, submitted or not. */
  seen = 0;
  readonly #contexts = new Set<string>();

  /** @param limit the most contexts that pass; 0 lets all pass */
  constructor(readonly limit: number) {}

  /** Contexts offered beyond the limit. */
  get dropped(): number {
    return this.limit === 0 ? 0 : Math.max(0, this.seen - this.limit);
  }

  /** Counts a context that is new by definition; `true` when it may be submitted. */
  admit(): boolean {
    this.seen++;
    return this.limit === 0 || this.seen <= this.limit;
  }

  /** Counts a context that may come several times; `true` when it may be submitted. */
  admitOnce(context: string): boolean {
    if (this.limit === 0) return true;
    if (this.#contexts.has(context)) return this.seen <= this.limit;
    this.#contexts.add(context);
    return this.admit();
  }
}
