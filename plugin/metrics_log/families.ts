import type { MetricType } from "../openmetrics/mod.ts";
import type { FollowedFamily } from "../scraper/mod.ts";
import { Observations, UPPER_BOUNDS } from "./histogram.ts";
import { splitDimensions } from "./line.ts";
import type { LoggedMetric, Series } from "./logged_metric.ts";

const TOTAL = "_total";

const encoder = new TextEncoder();

/** Series of one metric of the log, as the family that the metrics endpoint would show. */
abstract class LoggedFamily implements FollowedFamily {
  readonly help = "";
  readonly unit = "";
  abstract readonly name: string;
  abstract readonly type: MetricType;
  abstract readonly length: number;

  constructor(protected readonly metric: LoggedMetric, protected readonly series: readonly Series[]) {}

  abstract sampleName(i: number): string;
  abstract rawLabels(i: number): string;
  abstract labels(i: number): string[];
  abstract value(i: number): number;
  abstract increment(i: number): number;

  rawLabelsLength(i: number): number {
    return this.#bytes(i).length;
  }

  hasRawLabels(i: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.#bytes(i);
    return own.length === end - start && own.every((byte, k) => byte === bytes[start + k]);
  }

  copyRawLabels(i: number, into: Uint8Array, at: number): number {
    const own = this.#bytes(i);
    into.set(own, at);
    return at + own.length;
  }

  timestamp(): undefined {
    return undefined;
  }

  #bytes(i: number): Uint8Array {
    return encoder.encode(this.rawLabels(i));
  }

  protected seriesAt(i: number): Series {
    const series = this.series[i];
    if (series === undefined) throw new RangeError(`no series ${i}: the family has ${this.series.length}`);
    return series;
  }

  /** As a key: the labeller remembers what became of it, whatever the metric. */
  protected rawOf(series: Series): string {
    return `${this.metric.hostLabel}|${series.labels}`;
  }

  protected labelsOf(series: Series): string[] {
    return splitDimensions(series.labels, this.metric.hostLabel);
  }
}

/** A counter or a gauge: one sample a series. */
export class CountedFamily extends LoggedFamily {
  override get name(): string {
    const { name } = this.metric;
    return this.type === "counter" && name.endsWith(TOTAL) ? name.slice(0, -TOTAL.length) : name;
  }

  override get type(): MetricType {
    return this.metric.kind;
  }

  override get length(): number {
    return this.series.length;
  }

  override sampleName(): string {
    return this.metric.name;
  }

  override rawLabels(i: number): string {
    return this.rawOf(this.seriesAt(i));
  }

  override labels(i: number): string[] {
    return this.labelsOf(this.seriesAt(i));
  }

  override value(i: number): number {
    return this.seriesAt(i).value;
  }

  override increment(i: number): number {
    const { value, increment } = this.seriesAt(i);
    return this.metric.kind === "counter" ? increment : value;
  }
}

/** Samples of one label set of a histogram: its buckets, the count and the sum. */
const PER_SERIES = UPPER_BOUNDS.length + 2;
const COUNT = UPPER_BOUNDS.length;

/** A histogram. Its values are those of this run: all that is made of a histogram counts. */
export class HistogramFamily extends LoggedFamily {
  override readonly type = "histogram";
  readonly #values: readonly number[];

  constructor(metric: LoggedMetric, series: readonly Series[]) {
    super(metric, series);
    this.#values = series.flatMap(({ observations = new Observations() }) => {
      const buckets = observations.cumulative();
      return [...buckets, buckets.at(-1) ?? 0, observations.sum];
    });
  }

  override get name(): string {
    return this.metric.name;
  }

  override get length(): number {
    return this.#values.length;
  }

  override sampleName(i: number): string {
    const part = i % PER_SERIES;
    return `${this.metric.name}${part < COUNT ? "_bucket" : part === COUNT ? "_count" : "_sum"}`;
  }

  override rawLabels(i: number): string {
    return `${this.#bound(i)}|${this.rawOf(this.#seriesOf(i))}`;
  }

  override labels(i: number): string[] {
    const labels = this.labelsOf(this.#seriesOf(i));
    const bound = this.#bound(i);
    return bound === undefined ? labels : [...labels, "le", String(bound)];
  }

  override value(i: number): number {
    return this.#values[i] ?? NaN;
  }

  override increment(i: number): number {
    return this.value(i);
  }

  #seriesOf(i: number): Series {
    return this.seriesAt(Math.floor(i / PER_SERIES));
  }

  #bound(i: number): number | undefined {
    return UPPER_BOUNDS[i % PER_SERIES];
  }
}

/**
 * What an endpoint would show of metrics.
 *
 * @param onlyCounted leave out what did not count anything in this run
 */
export function familiesOf(metrics: Iterable<LoggedMetric>, onlyCounted: boolean): FollowedFamily[] {
  const families: FollowedFamily[] = [];
  for (const metric of metrics) {
    if (onlyCounted && metric.kind === "gauge") continue;
    const series = [...metric.bySet.values()].filter(({ written }) => written || !onlyCounted);
    if (series.length === 0) continue;
    families.push(
      metric.kind === "histogram" ? new HistogramFamily(metric, series) : new CountedFamily(metric, series),
    );
  }
  return families;
}
