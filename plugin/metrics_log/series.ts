import type { FollowedFamily } from "../scraper/samples.ts";
import { CountedFamily, HistogramFamily } from "./families.ts";
import { Observations } from "./histogram.ts";
import { hostLabelOf, type Kind, kindOf } from "./kind.ts";
import type { MetricLine } from "./line.ts";

/** One label set of one metric. */
export interface Series {
  readonly labels: string;
  /** Of a gauge its value; of a counter all increments since this log has been followed. */
  value: number;
  /** Of a counter, in this run. */
  increment: number;
  /** Of a histogram, in this run. */
  observations: Observations | undefined;
  /** Seconds since the epoch at which it was written last. */
  seconds: number;
  /** A line of this run had it. */
  written: boolean;
}

/** One `NAME.UNIT` of the log. */
export interface LoggedMetric {
  readonly name: string;
  /** What the endpoint calls the label with the host's name. */
  readonly hostLabel: string;
  readonly kind: Kind;
  readonly series: Map<string, Series>;
}

/** What is kept of the series: by metric, labels with value and time. */
export type SeriesState = [metric: string, series: [labels: string, value: number, seconds: number][]][];

/**
 * How long a series that is not written again is submitted, in seconds: gauges with their last value and counters with
 * 0, as an endpoint would show them until its server restarts. A day: some gauges are written once in a worker's life.
 */
export const MAX_AGE_SECONDS = 86_400;
/** Most text of labels that is kept, in characters. */
const MAX_TEXT = 1_048_576;
/** Most names of metrics that are known not to be collected. */
const MAX_IGNORED = 1_000;

/** Gathers the lines of a run to what an endpoint would show. Label sets are bounded, in number and in text. */
export class SeriesStore {
  /** Lines that were left out since there were too many label sets. */
  dropped = 0;
  readonly #metrics = new Map<string, LoggedMetric>();
  readonly #ignored = new Set<string>();
  #count = 0;
  #text = 0;
  /** All series that there is room for were written in this run. */
  #full = false;

  /**
   * @param typeOf the configured type of a metric, `undefined` for one that is not collected
   * @param limit most label sets of all metrics together
   */
  constructor(readonly typeOf: (name: string) => string | undefined, readonly limit: number) {}

  /**
   * Takes a line.
   *
   * @param counts whether its increment or observation belongs to this run; a gauge's value always does
   * @returns what is wrong with it for a metric of its kind
   */
  add({ metric: key, value, labels, timestampSeconds }: MetricLine, counts: boolean): string | undefined {
    const metric = this.#metrics.get(key) ?? this.#admit(key);
    if (metric === undefined) return undefined;
    const { kind } = metric;
    if (kind !== "gauge") {
      if (!Number.isFinite(value)) return "expected a finite number to count";
      if (kind === "counter" && value < 0) return "expected a counter's increment, which is not negative";
    }
    const series = metric.series.get(labels) ?? this.#create(metric, labels);
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

  /** Puts back what an earlier run left, as far as the configuration still asks for it. */
  restore(state: SeriesState): void {
    for (const [key, sets] of state) {
      const metric = this.#metrics.get(key) ?? this.#admit(key);
      if (metric === undefined) continue;
      for (const [labels, value, seconds] of sets) {
        const series = this.#create(metric, labels);
        if (series !== undefined) Object.assign(series, { value, seconds });
      }
    }
  }

  /** Forgets what was not written for {@linkcode MAX_AGE_SECONDS}, except counts of this run. */
  expire(nowSeconds: number): void {
    for (const metric of this.#metrics.values()) {
      for (const series of metric.series.values()) {
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
    const families: FollowedFamily[] = [];
    for (const metric of this.#metrics.values()) {
      if (onlyCounted && metric.kind === "gauge") continue;
      const series = [...metric.series.values()].filter(({ written }) => written || !onlyCounted);
      if (series.length === 0) continue;
      families.push(
        metric.kind === "histogram" ? new HistogramFamily(metric, series) : new CountedFamily(metric, series),
      );
    }
    return families;
  }

  /** For the next run. A gauge that is no number has nothing to keep. */
  get state(): SeriesState {
    const state: SeriesState = [];
    for (const [key, { series }] of this.#metrics) {
      const kept = [...series.values()].filter(({ value }) => Number.isFinite(value));
      if (kept.length > 0) state.push([key, kept.map(({ labels, value, seconds }) => [labels, value, seconds])]);
    }
    return state;
  }

  #admit(key: string): LoggedMetric | undefined {
    if (this.#ignored.has(key)) return undefined;
    const dot = key.indexOf(".");
    const name = key.slice(0, dot);
    const type = this.typeOf(name);
    // Metrics without series are few: those that are asked for by name, or as many as there is room for series.
    if (type === undefined || this.#metrics.size > this.limit) {
      if (this.#ignored.size >= MAX_IGNORED) this.#ignored.clear();
      if (type === undefined) this.#ignored.add(detached(key));
      else this.dropped++;
      return undefined;
    }
    const metric = {
      name: detached(name),
      hostLabel: hostLabelOf(name),
      kind: kindOf(name, key.slice(dot + 1), type),
      series: new Map<string, Series>(),
    };
    this.#metrics.set(detached(key), metric);
    return metric;
  }

  #create(metric: LoggedMetric, labels: string): Series | undefined {
    while (this.#count >= this.limit || this.#text + labels.length > MAX_TEXT) if (!this.#evict()) return undefined;
    const own = detached(labels);
    const series: Series = { labels: own, value: 0, increment: 0, observations: undefined, seconds: 0, written: false };
    metric.series.set(own, series);
    this.#count++;
    this.#text += labels.length;
    return series;
  }

  /** Makes room: forgets the series that was not written for the longest time; never one of this run. */
  #evict(): boolean {
    if (this.#full) return false;
    let oldest: { metric: LoggedMetric; series: Series } | undefined;
    for (const metric of this.#metrics.values()) {
      for (const series of metric.series.values()) {
        if (!series.written && series.seconds < (oldest?.series.seconds ?? Infinity)) oldest = { metric, series };
      }
    }
    if (oldest === undefined) this.#full = true;
    else this.#delete(oldest.metric, oldest.series);
    return !this.#full;
  }

  #delete(metric: LoggedMetric, { labels }: Series): void {
    metric.series.delete(labels);
    this.#count--;
    this.#text -= labels.length;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A copy. A part of a text may keep all of it in memory, and here it would be some hundred thousand characters. */
function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}
