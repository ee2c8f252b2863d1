import type { Metric, SubmissionType } from "./report.ts";
import { haveEqualTags } from "./tags.ts";

/** Metrics that differ in their tags and values only. */
export interface ColumnFamily {
  readonly name: string;
  readonly type: SubmissionType;
  readonly hostname: string | undefined;
  readonly flushFirstValue: boolean | undefined;
  /** One list for each metric, shared between metrics: nothing in it may be changed. */
  readonly tags: readonly (readonly string[])[];
  /** One for each metric. */
  readonly values: readonly number[];
}

/** A family that grows. */
class Family implements ColumnFamily {
  readonly tags: (readonly string[])[] = [];
  readonly values: number[] = [];
  /** Metrics of this run. */
  length = 0;
  /** What came after it in the last run: mostly it does again. */
  next: Family | undefined;

  constructor(
    readonly name: string,
    readonly type: SubmissionType,
    readonly hostname: string | undefined,
    readonly flushFirstValue: boolean | undefined,
  ) {}

  is(type: SubmissionType, name: string, hostname: string | undefined, flushFirstValue: boolean | undefined): boolean {
    return this.name === name && this.type === type && this.hostname === hostname &&
      this.flushFirstValue === flushFirstValue;
  }
}

/**
 * The metrics of an instance in columns, run after run: from one to the next mostly nothing changes but the values, which
 * is noticed while they come (bench: "6.7 MB, connected", series). Families stand in the order in which they came first.
 *
 * Memory: a reference and a number a metric, beside the lists of tags, which the scraper keeps as well.
 */
export class MetricColumns {
  #families: Family[] = [];
  readonly #byKey = new Map<string, Family>();
  #last: Family | undefined;
  #hasChanged = false;

  /** Makes ready for the metrics of a run. */
  start(): void {
    for (const family of this.#families) family.length = 0;
    this.#last = undefined;
    this.#hasChanged = false;
  }

  /** Whether nothing came in this run. */
  get isEmpty(): boolean {
    return this.#last === undefined;
  }

  /** Takes a metric. */
  push(
    type: SubmissionType,
    name: string,
    value: number,
    tags: readonly string[],
    hostname: string | undefined,
    flushFirstValue: boolean | undefined,
  ): void {
    let family = this.#last;
    if (family === undefined || !family.is(type, name, hostname, flushFirstValue)) {
      family = this.#familyOf(type, name, hostname, flushFirstValue);
    }
    const k = family.length++;
    family.values[k] = value;
    const before = family.tags[k];
    if (before === tags) return;
    if (before === undefined || !haveEqualTags(before, tags)) this.#hasChanged = true;
    family.tags[k] = tags;
  }

  /**
   * Ends the run.
   *
   * @returns whether anything but values differs from the run before
   */
  end(): boolean {
    let isSmaller = false;
    for (const family of this.#families) {
      if (family.length === family.tags.length) continue;
      isSmaller = true;
      family.tags.length = family.length;
      family.values.length = family.length;
    }
    if (!isSmaller) return this.#hasChanged;
    this.#families = this.#families.filter(({ length }) => length > 0);
    this.#byKey.clear();
    for (const family of this.#families) {
      this.#byKey.set(keyOf(family.type, family.name, family.hostname, family.flushFirstValue), family);
      if (family.next?.length === 0) family.next = undefined;
    }
    return true;
  }

  /** Those of the last run, once it has ended; none is empty. */
  get families(): readonly ColumnFamily[] {
    return this.#families;
  }

  /** How many metrics they have together. */
  get count(): number {
    return this.#families.reduce((sum, { values }) => sum + values.length, 0);
  }

  /** The same as objects. */
  toMetrics(): Metric[] {
    return this.#families.flatMap(({ name, type, hostname, flushFirstValue, tags, values }) =>
      tags.map((list, k): Metric => ({
        name,
        type,
        value: values[k] ?? 0,
        tags: list,
        ...(hostname === undefined ? {} : { hostname }),
        ...(flushFirstValue === undefined ? {} : { flush_first_value: flushFirstValue }),
      }))
    );
  }

  #familyOf(
    type: SubmissionType,
    name: string,
    hostname: string | undefined,
    flushFirstValue: boolean | undefined,
  ): Family {
    const last = this.#last;
    const next = last?.next;
    if (next?.is(type, name, hostname, flushFirstValue)) return this.#last = next;
    const key = keyOf(type, name, hostname, flushFirstValue);
    let family = this.#byKey.get(key);
    if (family === undefined) {
      family = new Family(name, type, hostname, flushFirstValue);
      this.#byKey.set(key, family);
      this.#families.push(family);
    }
    if (last !== undefined) last.next = family;
    return this.#last = family;
  }
}

/** Names and hosts may hold any character: the length tells where a name ends. */
function keyOf(
  type: SubmissionType,
  name: string,
  hostname: string | undefined,
  flushFirstValue: boolean | undefined,
): string {
  return `${type} ${flushFirstValue} ${name.length} ${name}${hostname === undefined ? "" : `=${hostname}`}`;
}
