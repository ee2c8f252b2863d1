import type { MetricFamily } from "../openmetrics/mod.ts";
import type { SharedLabelOptions, SharedLabels } from "./options.ts";

/** Labels that go to every sample whose own labels contain `match`. */
interface Join {
  match: [name: string, value: string][];
  labels: [name: string, value: string][];
}

/** What was collected, as it is kept between runs. */
export interface SharedLabelState {
  everywhere: [name: string, value: string][];
  joins: Join[];
  /** Of the last `target_info`. */
  target?: [name: string, value: string][] | undefined;
}

const key = (parts: readonly string[]) => JSON.stringify(parts);

/**
 * `share_labels`: labels of some metrics joined to the samples of others (datadog-checks-base 38.7.0,
 * `openmetrics/v2/labels.py`).
 */
export class LabelSharing {
  readonly #sources: ReadonlyMap<string, SharedLabels>;
  #everywhere = new Map<string, string>();
  #joins: Join[] = [];
  /** Joins by the names they match, then by the values, so that a sample finds its own among thousands. */
  #index = new Map<string, { names: readonly string[]; byValues: Map<string, number[]> }>();
  #state: SharedLabelState | undefined;
  /** Whether a first payload was read; with `cache_shared_labels` it is the only one. */
  #collected = false;

  /** The labels of `target_info`, which every sample gets; `undefined`: not asked for. */
  #target: Map<string, string> | undefined;

  constructor(config: SharedLabelOptions, readonly cached: boolean, targetInfo: boolean) {
    if (targetInfo) this.#target = new Map();
    this.#sources = new Map(
      Object.entries(config).map(([name, value]) => [name, value === true ? {} : value]),
    );
  }

  /** What the next run needs; `undefined` when every payload is read afresh. The same object until it changes. */
  get state(): SharedLabelState | undefined {
    if (!this.#collected || (!this.cached && this.#target === undefined)) return undefined;
    return this.#state ??= {
      everywhere: this.cached ? [...this.#everywhere] : [],
      joins: this.cached ? this.#joins : [],
      ...(this.#target === undefined ? {} : { target: [...this.#target] }),
    };
  }

  /** Whether labels are taken from metrics of this name. */
  reads(name: string): boolean {
    return this.#sources.has(name);
  }

  restore(state: SharedLabelState): void {
    this.#everywhere = new Map(state.everywhere);
    this.#joins = [];
    this.#index = new Map();
    for (const join of state.joins) this.#add(join);
    if (this.#target !== undefined) this.#target = new Map(state.target);
    this.#collected = true;
    this.#state = state;
  }

  /** Whether `target_info` is to be read from every payload. */
  get readsTarget(): boolean {
    return this.#target !== undefined;
  }

  /**
   * Takes the labels of a payload's `target_info` family (OpenMetrics 1.0, "Supporting target metadata in both
   * push-based and pull-based systems"); `true` when they are new.
   */
  takeTarget(family: MetricFamily): boolean {
    if (family.length === 0) return false;
    const pairs = family.labels(0);
    const labels = new Map<string, string>();
    for (let k = 0; k + 1 < pairs.length; k += 2) labels.set(pairs[k] ?? "", pairs[k + 1] ?? "");
    if (JSON.stringify([...labels]) === JSON.stringify([...this.#target ?? []])) return false;
    this.#target = labels;
    this.#state = undefined;
    return true;
  }

  /** Starts to collect from a payload. The returned function takes families until it says `false`: all are found. */
  collect(): (family: MetricFamily, name: string) => boolean {
    this.#everywhere = new Map();
    this.#joins = [];
    this.#index = new Map();
    this.#collected = true;
    this.#state = undefined;
    const missing = new Map(this.#sources);
    return (family, name) => {
      const source = missing.get(name);
      if (source !== undefined) {
        missing.delete(name);
        this.#take(family, source);
      }
      return missing.size > 0;
    };
  }

  /** Adds the shared labels to a sample's own, which they override. */
  populate(labels: Map<string, string>): void {
    const matching: number[] = [];
    for (const { names, byValues } of this.#index.values()) {
      if (names.every((name) => labels.has(name))) {
        matching.push(...byValues.get(key(names.map((name) => labels.get(name) ?? ""))) ?? []);
      }
    }
    for (const [name, value] of this.#target ?? []) if (!this.#everywhere.has(name)) labels.set(name, value);
    for (const [name, value] of this.#everywhere) labels.set(name, value);
    for (const index of matching.sort((a, b) => a - b)) {
      for (const [name, value] of this.#joins[index]?.labels ?? []) labels.set(name, value);
    }
  }

  #add(join: Join): void {
    const sorted = [...join.match].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    const names = sorted.map(([name]) => name);
    let group = this.#index.get(key(names));
    if (group === undefined) this.#index.set(key(names), group = { names, byValues: new Map() });
    const values = key(sorted.map(([, value]) => value));
    const joins = group.byValues.get(values);
    if (joins === undefined) group.byValues.set(values, [this.#joins.length]);
    else joins.push(this.#joins.length);
    this.#joins.push(join);
  }

  #take(family: MetricFamily, { labels: wanted, match, values }: SharedLabels): void {
    const allowed = values === undefined ? undefined : new Set(values);
    for (let i = 0; i < family.length; i++) {
      if (allowed !== undefined && !allowed.has(family.value(i))) continue;
      const pairs = family.labels(i);
      const shared: [string, string][] = [];
      const matching: [string, string][] = [];
      for (let k = 0; k + 1 < pairs.length; k += 2) {
        const name = pairs[k] ?? "";
        const value = pairs[k + 1] ?? "";
        if (match?.includes(name)) matching.push([name, value]);
        if (wanted === undefined || wanted.length === 0 || wanted.includes(name)) shared.push([name, value]);
      }
      if (match !== undefined && match.length > 0) this.#add({ match: matching, labels: shared });
      else for (const [name, value] of shared) this.#everywhere.set(name, value);
    }
  }
}
