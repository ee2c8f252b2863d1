import type { MetricFamily } from "../openmetrics/mod.ts";
import type { Labeller, LabelResult, LabelSet } from "./labels.ts";

/** A family of which it is known, too, what its counts grew by since the last run: one that comes from a log. */
export interface FollowedFamily extends MetricFamily {
  /** The growth of sample `i`; for what does not count, its value. */
  increment(i: number): number;
}

/** What happened while a family's samples were chosen. */
export interface SampleEvents {
  /** Labels that cannot be read. */
  problem(sample: string, message: string): void;
  /** Gauges that had the same tags after labels were dropped. */
  collision(family: string, count: number): void;
}

/**
 * The samples of one family that are to be submitted: finite values, not excluded by their labels, and no two with the
 * same name, tags and host name because of dropped labels (then counters add up and gauges keep the last).
 *
 * Lifetime: reused from family to family, as the family itself is.
 */
export class FamilySamples {
  family: MetricFamily | FollowedFamily | undefined;
  length = 0;
  /** How many samples were chosen, before those that collide were put together. */
  taken = 0;
  readonly #indices: number[] = [];
  readonly #values: number[] = [];
  readonly #sets: LabelSet[] = [];
  readonly #results: LabelResult[] = [];
  /** Of a {@linkcode FollowedFamily}. */
  #increments: number[] | undefined;

  name(k: number): string {
    return this.family?.sampleName(this.#indices[k] ?? 0) ?? "";
  }

  value(k: number): number {
    return this.#values[k] ?? NaN;
  }

  /** What sample `k` grew by since the last run; `undefined` where the source tells totals only. */
  increment(k: number): number | undefined {
    return this.#increments?.[k];
  }

  set(k: number): LabelSet {
    const set = this.#sets[k];
    if (set === undefined) throw new RangeError(`sample ${k} of ${this.length}`);
    return set;
  }

  /**
   * Chooses the samples of `family`.
   *
   * @param counts they are submitted as counts, whatever the family says it is
   */
  take(family: MetricFamily | FollowedFamily, labeller: Labeller, events: SampleEvents, counts: boolean): void {
    this.family = family;
    this.length = 0;
    const followed = "increment" in family ? family : undefined;
    this.#increments = followed && [];
    const results = this.#results;
    labeller.label(family, results);
    let collides = false;
    for (let i = 0; i < family.length; i++) {
      const value = family.value(i);
      if (!Number.isFinite(value)) continue;
      const set = results[i];
      if (set === undefined || set === "excluded") continue;
      if ("problem" in set) {
        events.problem(family.sampleName(i), set.problem);
        continue;
      }
      const k = this.length++;
      this.#indices[k] = i;
      this.#values[k] = value;
      this.#sets[k] = set;
      if (followed !== undefined) this.#increments?.push(followed.increment(i));
      if (k > 0 && set.dropped !== this.#sets[0]?.dropped) collides = true;
    }
    this.#sets.length = this.length;
    this.taken = this.length;
    if (collides) this.#merge(family, events, counts);
  }

  #merge(family: MetricFamily, events: SampleEvents, counts: boolean): void {
    const places = new Map<string, number>();
    let replaced = 0;
    let kept = 0;
    for (let k = 0; k < this.length; k++) {
      const name = this.name(k);
      const { tags, hostname } = this.set(k);
      const key = `${name}\n${hostname ?? ""}\n${[...tags].sort().join("\n")}`;
      const place = places.get(key);
      if (place === undefined) {
        places.set(key, kept);
        this.#indices[kept] = this.#indices[k] ?? 0;
        this.#values[kept] = this.value(k);
        this.#sets[kept] = this.set(k);
        this.#setIncrement(kept, this.increment(k));
        kept++;
      } else if (counts ? !name.endsWith("_created") : addsUp(family, name)) {
        this.#values[place] = this.value(place) + this.value(k);
        this.#setIncrement(place, (this.increment(place) ?? 0) + (this.increment(k) ?? 0));
      } else {
        this.#values[place] = this.value(k);
        replaced++;
      }
    }
    this.length = kept;
    this.#sets.length = kept;
    if (replaced > 0) events.collision(family.name, replaced);
  }

  #setIncrement(k: number, value: number | undefined): void {
    if (this.#increments !== undefined) this.#increments[k] = value ?? 0;
  }
}

/** Whether samples of this name count something. */
function addsUp(family: MetricFamily, sampleName: string): boolean {
  switch (family.type) {
    case "counter":
      return !sampleName.endsWith("_created");
    case "histogram":
      return true;
    case "summary":
      return sampleName.endsWith("_sum") || sampleName.endsWith("_count");
    default:
      return false;
  }
}
