import type { MetricFamily } from "../openmetrics/mod.ts";
import { byExposedName } from "./exposed_names.ts";
import type { SharedLabelOptions, SharedLabels } from "./options.ts";

/** Labels that go to every sample whose own labels contain `match`. */
interface Join {
  match: [name: string, value: string][];
  labels: [name: string, value: string][];
}

/** Labels by name, each with its place in the payload: of those that have one name, the later one counts. */
type JoinedLabels = Map<string, { readonly value: string; readonly place: number }>;

/** What was collected, as it is kept between runs. */
export interface SharedLabelState {
  everywhere: [name: string, value: string][];
  joins: Join[];
  /** Of the last `target_info`. */
  target?: [name: string, value: string][] | undefined;
}

/** Most label sets that are joined to others, and most labels that go to all. */
const MAX_JOINS = 10_000;
const MAX_EVERYWHERE = 100;
/** Most labels that one of them has. */
const MAX_LABELS = 100;
/** The longest label of a target's, in characters. */
const MAX_TARGET_LABEL = 10_000;
/** Most text of all of them, in characters: it is also what the state takes. */
const MAX_TEXT = 1024 * 1024;

const key = (parts: readonly string[]) => JSON.stringify(parts);

/**
 * `share_labels`: labels of some metrics joined to the samples of others (datadog-checks-base 38.7.0,
 * `openmetrics/v2/labels.py`).
 */
export class LabelSharing {
  readonly #sources: ReadonlyMap<string, SharedLabels>;
  #everywhere = new Map<string, string>();
  #joins: Join[] = [];
  /** What is joined, by the names that have to match, then by the values: a sample finds its own among thousands. */
  #index = new Map<string, { names: readonly string[]; byValues: Map<string, JoinedLabels> }>();
  #state: SharedLabelState | undefined;
  /** The text of all labels, in characters. */
  #text = 0;
  #dropped = 0;
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
  isSource(name: string): boolean {
    return this.#sources.has(name);
  }

  /** Label sets and labels that were left out since there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What the limit says of them. */
  get limit(): string {
    const seen = this.#joins.length + this.#everywhere.size + this.#dropped;
    return `share_labels: limit ${MAX_JOINS} label sets with ${MAX_TEXT} characters: seen ${seen}, dropped ${this.#dropped}`;
  }

  restore(state: SharedLabelState): void {
    this.#clear();
    for (const [name, value] of state.everywhere) this.#everywhere.set(name, value);
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
   *
   * @param family with a sample
   */
  takeTarget(family: MetricFamily): boolean {
    const pairs = family.labels(0);
    const labels = new Map<string, string>();
    for (let k = 0; k + 1 < Math.min(pairs.length, 2 * MAX_LABELS); k += 2) {
      const [name = "", value = ""] = pairs.slice(k, k + 2);
      if (name.length + value.length <= MAX_TARGET_LABEL) labels.set(name, value);
    }
    if (JSON.stringify([...labels]) === JSON.stringify([...this.#target ?? []])) return false;
    this.#target = labels;
    this.#state = undefined;
    return true;
  }

  /** Starts to collect from a payload. The returned function takes families until it says `false`: all are found. */
  collect(): (family: MetricFamily, name: string) => boolean {
    this.#clear();
    this.#collected = true;
    this.#state = undefined;
    const missing = new Set(this.#sources.values());
    return (family, name) => {
      const source = byExposedName(this.#sources, name, family.type);
      if (source === undefined || !missing.has(source)) return missing.size > 0;
      this.#take(family, source);
      // Of an untyped metric each sample is a family of its own.
      if (family.type !== "unknown") missing.delete(source);
      return missing.size > 0;
    };
  }

  #clear(): void {
    this.#everywhere = new Map();
    this.#joins = [];
    this.#index = new Map();
    this.#text = 0;
    this.#dropped = 0;
  }

  /** Adds the shared labels to a sample's own, which they override. */
  populate(labels: Map<string, string>): void {
    const joined: [name: string, value: string, place: number][] = [];
    for (const { names, byValues } of this.#index.values()) {
      if (!names.every((name) => labels.has(name))) continue;
      const found = byValues.get(key(names.map((name) => labels.get(name) ?? "")));
      for (const [name, { value, place }] of found ?? []) joined.push([name, value, place]);
    }
    for (const [name, value] of this.#target ?? []) if (!this.#everywhere.has(name)) labels.set(name, value);
    for (const [name, value] of this.#everywhere) labels.set(name, value);
    for (const [name, value] of joined.sort(([, , a], [, , b]) => a - b)) labels.set(name, value);
  }

  /** Takes labels that go to all samples. */
  #share(labels: readonly [name: string, value: string][]): void {
    for (const [name, value] of labels) {
      const isNew = !this.#everywhere.has(name);
      if ((isNew && this.#everywhere.size >= MAX_EVERYWHERE) || !this.#hasRoom([[name, value]])) this.#dropped++;
      else this.#everywhere.set(name, value);
    }
  }

  #add(join: Join): void {
    if (
      this.#joins.length >= MAX_JOINS || join.labels.length > MAX_LABELS ||
      !this.#hasRoom([...join.match, ...join.labels])
    ) {
      this.#dropped++;
      return;
    }
    const sorted = [...join.match].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
    const names = sorted.map(([name]) => name);
    let group = this.#index.get(key(names));
    if (group === undefined) this.#index.set(key(names), group = { names, byValues: new Map() });
    const values = key(sorted.map(([, value]) => value));
    let joined = group.byValues.get(values);
    if (joined === undefined) group.byValues.set(values, joined = new Map());
    for (const [name, value] of join.labels) {
      if (joined.has(name) || joined.size < MAX_LABELS) joined.set(name, { value, place: this.#joins.length });
    }
    this.#joins.push(join);
  }

  #hasRoom(labels: readonly [name: string, value: string][]): boolean {
    const text = labels.reduce((sum, [name, value]) => sum + name.length + value.length, this.#text);
    if (text > MAX_TEXT) return false;
    this.#text = text;
    return true;
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
      else this.#share(shared);
    }
  }
}
