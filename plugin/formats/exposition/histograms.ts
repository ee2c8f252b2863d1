import type { HistogramBucket, Metric, Report } from "../../report/mod.ts";
import type { Notes } from "../notes.ts";
import { counts, type RunningTotals } from "../running_totals.ts";
import { TagLists } from "../tag_lists.ts";
import { type ClassicHistogram, HistogramBuilder } from "./classic_histogram.ts";
import { histogramLabels } from "./labels.ts";
import { plainName } from "./names.ts";

/** Histograms of one name. */
export interface HistogramFamily {
  readonly name: string;
  /** The full name that it comes from. */
  readonly source: string;
  /** By the text of the labels. */
  readonly samples: ReadonlyMap<string, ClassicHistogram>;
}

/**
 * Puts histograms together, however they were submitted: as ranges (`histogram_buckets`), or as counts `NAME.bucket` with
 * the tag `upper_bound`, and also `lower_bound` where each is a range. `NAME.count` and `NAME.sum` belong to them.
 */
export class Histograms {
  /** Full names of histograms. */
  readonly #names = new Set<string>();
  readonly #families = new Map<string, { readonly source: string; readonly builders: Map<string, HistogramBuilder> }>();
  readonly #labels = new TagLists(histogramLabels);

  constructor(readonly totals: RunningTotals, readonly notes: Notes) {}

  /** Takes the ranges of a report, and learns which names are histograms: before any metric is taken. */
  add({ histogram_buckets: buckets, metrics }: Report): void {
    for (const bucket of buckets) this.#range(bucket);
    for (const { name, type, tags } of metrics) {
      if (counts(type) && name.endsWith(".bucket") && boundTag(tags, "upper_bound") !== undefined) {
        this.#names.add(name.slice(0, -".bucket".length));
      }
    }
  }

  /** Takes a metric that counts, if it is a part of a histogram; returns whether it is. */
  take({ name, type, value, tags, hostname }: Metric): boolean {
    if (this.#names.size === 0) return false;
    const dot = name.lastIndexOf(".");
    const [of, part] = [name.slice(0, dot), name.slice(dot + 1)];
    if (dot === -1 || !this.#names.has(of)) return false;
    const labels = this.#labels.of(tags, hostname);
    const total = (what: string) =>
      this.totals.of(name, value, type !== "count", () => `${plainName(of)}{${labels}} ${what}`);
    if (part === "sum" || part === "count") {
      const counted = total(part);
      if (counted !== undefined) this.#builder(of, labels)[part] = counted;
      return true;
    }
    const upper = boundTag(tags, "upper_bound");
    if (part !== "bucket" || upper === undefined) return false;
    const lower = boundTag(tags, "lower_bound");
    const counted = total(`${lower ?? ""} ${upper}`);
    if (counted === undefined) return true;
    this.#sayRepeated(this.#builder(of, labels).add(lower, upper, counted) && type !== "count", name);
    return true;
  }

  /** What there is, without what has neither buckets nor a count. */
  get all(): HistogramFamily[] {
    return [...this.#families].map(([name, { source, builders }]) => {
      const samples = new Map<string, ClassicHistogram>();
      for (const [labels, builder] of builders) {
        const histogram = builder.build();
        if (histogram !== undefined) samples.set(labels, histogram);
      }
      return { name, source, samples };
    });
  }

  #range({ name, value, lower_bound, upper_bound, monotonic, tags, hostname }: HistogramBucket): void {
    this.#names.add(name);
    const [lower, upper] = [boundOf(lower_bound), boundOf(upper_bound)];
    if (lower === undefined || upper === undefined) {
      return this.notes.add("the bounds of a bucket are no numbers", name);
    }
    const labels = this.#labels.of(tags, hostname);
    const series = () => `${plainName(name)}{${labels}} ${lower} ${upper}`;
    const counted = this.totals.of(name, value, monotonic, series);
    if (counted === undefined) return;
    this.#sayRepeated(this.#builder(name, labels).add(lower, upper, counted) && monotonic, name);
  }

  #builder(source: string, labels: string): HistogramBuilder {
    const name = plainName(source);
    let family = this.#families.get(name);
    if (family === undefined) this.#families.set(name, family = { source, builders: new Map() });
    let builder = family.builders.get(labels);
    if (builder === undefined) family.builders.set(labels, builder = new HistogramBuilder());
    return builder;
  }

  #sayRepeated(isRepeated: boolean, name: string): void {
    if (isRepeated) this.notes.add("a series stands more than once, and its last value counts", name);
  }
}

/** A bound of a range: a number, or the word for an infinity; `undefined` for what is neither. */
function boundOf(bound: HistogramBucket["lower_bound"]): number | undefined {
  if (bound === "inf") return Infinity;
  if (bound === "-inf") return -Infinity;
  return typeof bound === "number" && !Number.isNaN(bound) ? bound : undefined;
}

/** The bound in a tag `NAME:VALUE`; `undefined` where there is none that is a number. */
function boundTag(tags: readonly string[], name: string): number | undefined {
  const text = tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
  const value = boundOf(text) ?? Number(text);
  return text === "" || Number.isNaN(value) ? undefined : value;
}
