import type { FollowedFamily } from "../scraper/mod.ts";
import { familiesOf } from "./families.ts";
import { Observations } from "./histogram.ts";
import { type Declaration, DEFAULT_HOST_LABEL, type Kind, kindNamed, kindOf } from "./kind.ts";
import { type MetricLine, splitDimensions } from "./line.ts";
import type { LoggedMetric, Series } from "./logged_metric.ts";

/** What is kept of the series: by metric, labels with value and time. */
export type SeriesState = [
  name: string,
  unit: string,
  /** `null`: not known. */
  kind: Kind | null,
  series: [labels: string, value: number, seconds: number][],
][];

/** What the lines do not say of the metrics. */
export interface MetricKnowledge {
  /** The configured type of a metric, `undefined` for one that is not collected. */
  readonly typeOf: (name: string) => string | undefined;
  /** What the server's configuration says of a metric. */
  readonly declared: (name: string) => Declaration | undefined;
}

/** A metric of which only its unit tells what it is. */
export type UntypedMetric = Pick<LoggedMetric, "name" | "unit" | "kind">;

/**
 * How long a series that is not written again is submitted, in seconds: gauges with their last value and counters with
 * 0, as an endpoint would show them until its server restarts. A day: some gauges are written once in a worker's life.
 */
export const MAX_AGE_SECONDS = 86_400;
/** Most text of labels that is kept, in characters; what they are found by has as much once more. */
const MAX_TEXT = 1_048_576;
/** Most names of metrics that are known not to be collected. */
const MAX_IGNORED = 1_000;
/** Most metrics without a type that are named. */
const MAX_UNTYPED = 20;

interface Unwritten {
  readonly metric: LoggedMetric;
  readonly series: Series;
  /** When the list was made. */
  readonly seconds: number;
}

/** Gathers the lines of a run to what an endpoint would show. Label sets are bounded, in number and in text. */
export class SeriesStore {
  /** Lines that were left out since there were too many label sets. */
  dropped = 0;
  /** Metrics that this run met first and of which nothing but their unit says what they are; the first of them. */
  readonly untyped: UntypedMetric[] = [];
  readonly #metrics = new Map<string, LoggedMetric>();
  readonly #ignored = new Set<string>();
  /** What may make room, the oldest last. */
  readonly #unwritten: Unwritten[] = [];
  #count = 0;
  #text = 0;
  /** All series that there is room for were written in this run. */
  #full = false;

  /** @param limit most label sets of all metrics together */
  constructor(readonly knowledge: MetricKnowledge, readonly limit: number) {}

  /** Whether the metrics of a name are collected. */
  collects(name: string): boolean {
    return this.#metrics.has(name) || (!this.#ignored.has(name) && this.knowledge.typeOf(name) !== undefined);
  }

  /**
   * Takes a line.
   *
   * @param counts whether its increment or observation belongs to this run; a gauge's value always does
   * @returns what is wrong with it for a metric of its kind
   */
  add({ name, unit, type, value, labels, timestampSeconds }: MetricLine, counts: boolean): string | undefined {
    const metric = this.#metrics.get(name) ?? this.#admit(name, unit, kindNamed(type), true);
    if (metric === undefined) return undefined;
    const { kind } = metric;
    if (kind !== "gauge") {
      if (!Number.isFinite(value)) return "expected a finite number to count";
      if (kind === "counter" && value < 0) return "expected a counter's increment, which is not negative";
    }
    const series = metric.byText.get(labels) ?? this.#find(metric, labels);
    if (series === undefined) {
      this.dropped++;
      return undefined;
    }
    series.seconds = timestampSeconds;
    if (counts) series.written = true;
    if (kind === "gauge") series.value = value;
    else if (counts && kind === "counter") {
      series.value += value;
      series.increment += value;
    } else if (counts) (series.observations ??= new Observations()).add(value);
    return undefined;
  }

  /** Puts back what an earlier run left, as far as the configuration still asks for it and takes it for the same. */
  restore(state: SeriesState): void {
    for (const [name, unit, kind, sets] of state) {
      const metric = this.#metrics.get(name) ?? this.#admit(name, unit, undefined, false, kind ?? undefined);
      if (metric === undefined || (kind !== null && metric.kind !== kind)) continue;
      const adds = metric.kind === "counter";
      for (const [labels, value, seconds] of sets) {
        const series = this.#find(metric, labels);
        if (series === undefined || (!adds && seconds < series.seconds)) continue;
        series.value = adds ? series.value + value : value;
        series.seconds = Math.max(series.seconds, seconds);
      }
    }
  }

  /** Forgets what was not written for {@linkcode MAX_AGE_SECONDS}, except counts of this run. */
  expire(nowSeconds: number): void {
    for (const metric of this.#metrics.values()) {
      for (const series of metric.bySet.values()) {
        // A time in the future would live for ever.
        series.seconds = Math.min(series.seconds, nowSeconds);
        const counted = series.written && metric.kind !== "gauge";
        if (!counted && series.seconds < nowSeconds - MAX_AGE_SECONDS) this.#delete(metric, series);
      }
    }
  }

  /**
   * What an endpoint would show.
   *
   * @param onlyCounted leave out what did not count anything in this run
   */
  families(onlyCounted: boolean): FollowedFamily[] {
    return familiesOf(this.#metrics.values(), onlyCounted);
  }

  /** For the next run. A gauge that is no number has nothing to keep. */
  get state(): SeriesState {
    const state: SeriesState = [];
    for (const { name, unit, kind, bySet } of this.#metrics.values()) {
      const finite = [...bySet.values()].filter(({ value }) => Number.isFinite(value));
      if (finite.length > 0) {
        state.push([name, unit, kind, finite.map(({ labels, value, seconds }) => [labels, value, seconds])]);
      }
    }
    return state;
  }

  /**
   * @param said what the line says the metric is
   * @param isNew it comes from a line of this run
   * @param before what it was in an earlier run, which may have had it from a line
   */
  #admit(
    name: string,
    unit: string,
    said: Kind | undefined,
    isNew: boolean,
    before?: Kind,
  ): LoggedMetric | undefined {
    if (this.#ignored.has(name)) return undefined;
    const type = this.knowledge.typeOf(name);
    // Metrics without series are few: those that are asked for by name, or as many as there is room for series.
    if (type === undefined || this.#metrics.size > this.limit) {
      if (this.#ignored.size >= MAX_IGNORED) this.#ignored.clear();
      if (type === undefined) this.#ignored.add(detached(name));
      else this.dropped++;
      return undefined;
    }
    const declared = this.knowledge.declared(name);
    const { kind, from } = kindOf(unit, type, declared?.kind ?? said);
    const metric: LoggedMetric = {
      name: detached(name),
      unit: detached(unit),
      hostLabel: declared?.hostLabel ?? DEFAULT_HOST_LABEL,
      kind: from === "unit" ? before ?? kind : kind,
      byText: new Map(),
      bySet: new Map(),
    };
    this.#metrics.set(metric.name, metric);
    if (isNew && from === "unit" && this.untyped.length < MAX_UNTYPED) this.untyped.push(metric);
    return metric;
  }

  /** The series of labels that were not written in this order before; makes it where there is none. */
  #find(metric: LoggedMetric, labels: string): Series | undefined {
    const set = inOrder(labels);
    const known = metric.bySet.get(set);
    if (known !== undefined) {
      if (this.#text + labels.length <= MAX_TEXT) {
        const text = detached(labels);
        known.texts.push(text);
        metric.byText.set(text, known);
        this.#text += labels.length;
      }
      return known;
    }
    while (this.#count >= this.limit || this.#text + labels.length > MAX_TEXT) if (!this.#evict()) return undefined;
    const own = detached(labels);
    const series: Series = {
      labels: own,
      texts: [own],
      value: 0,
      increment: 0,
      observations: undefined,
      seconds: 0,
      written: false,
    };
    metric.byText.set(own, series);
    metric.bySet.set(set, series);
    this.#count++;
    this.#text += labels.length;
    return series;
  }

  /** Makes room: forgets the series that was not written for the longest time; never one of this run. */
  #evict(): boolean {
    if (this.#full) return false;
    const oldest = this.#nextOldest() ?? (this.#listUnwritten(), this.#nextOldest());
    if (oldest === undefined) this.#full = true;
    else this.#delete(oldest.metric, oldest.series);
    return !this.#full;
  }

  /** From the list; what was written since it was made is passed over. */
  #nextOldest(): Unwritten | undefined {
    for (let next = this.#unwritten.pop(); next !== undefined; next = this.#unwritten.pop()) {
      if (!next.series.written && next.series.seconds === next.seconds) return next;
    }
    return undefined;
  }

  #listUnwritten(): void {
    for (const metric of this.#metrics.values()) {
      for (const series of metric.bySet.values()) {
        if (!series.written) this.#unwritten.push({ metric, series, seconds: series.seconds });
      }
    }
    this.#unwritten.sort((a, b) => b.seconds - a.seconds);
  }

  #delete(metric: LoggedMetric, series: Series): void {
    metric.bySet.delete(inOrder(series.labels));
    this.#count--;
    for (const text of series.texts) {
      metric.byText.delete(text);
      this.#text -= text.length;
    }
  }
}

/** A key for the same labels in any order. */
function inOrder(labels: string): string {
  if (!labels.includes(",")) return labels;
  const pairs = splitDimensions(labels, "|");
  const texts: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) texts.push(`${pairs[i]}:${pairs[i + 1]}`);
  return JSON.stringify(texts.sort());
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A copy. A part of a text may keep all of it in memory, and here it would be some hundred thousand characters. */
function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}
