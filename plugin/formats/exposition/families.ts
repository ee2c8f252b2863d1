import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { HistogramBucket, Metric, Report, ServiceCheck, ServiceStatus, State } from "../../report/mod.ts";
import type { Notes } from "../notes.ts";
import type { FormatOptions, Round } from "../format.ts";
import { counts, RunningTotals } from "../running_totals.ts";
import { TagLists } from "../tag_lists.ts";
import { serviceStatus, worstStatus } from "../verdict.ts";
import { boundOf, type ClassicHistogram, HistogramBuilder } from "./histograms.ts";
import { histogramLabels, labelsText } from "./labels.ts";
import { counterName, helpOf, plainName, serviceCheckHelp } from "./names.ts";

/** What a family exposes, by the text of its labels. */
export type Family =
  & { readonly name: string; readonly help: string }
  & (
    /** The samples of a counter have `_total` after the name. */
    | { readonly type: "counter" | "gauge"; readonly samples: ReadonlyMap<string, number> }
    | { readonly type: "histogram"; readonly samples: ReadonlyMap<string, ClassicHistogram> }
  );

/** What becomes of a round: families by type (histograms, counters, gauges) and name, and the totals to remember. */
export interface Exposed {
  readonly families: readonly Family[];
  readonly state: State | undefined;
}

/** Puts the submissions of a round together to families, as a Prometheus client would expose them. */
export async function exposedFamilies(round: Round, options: FormatOptions, notes: Notes): Promise<Exposed> {
  const totals = new RunningTotals(round, options, notes);
  const gatherer = new Gatherer(await options.catalogue(), totals, notes);
  const reports = round.reports.map(({ report }) => report);
  for (const { histogram_buckets: buckets } of reports) for (const bucket of buckets) gatherer.bucket(bucket);
  for (const report of reports) gatherer.report(report);
  notes.addWrongConfigurations(round.reports);
  return { families: gatherer.families(), state: totals.state };
}

interface Simple<Value extends number = number> {
  readonly help: string;
  /** By the text of the labels. */
  readonly samples: Map<string, Value>;
}

interface Histogram {
  readonly help: string;
  readonly builders: Map<string, HistogramBuilder>;
}

class Gatherer {
  /** By exposed name, as all of these. */
  readonly #histograms = new Map<string, Histogram>();
  readonly #counters = new Map<string, Simple>();
  readonly #gauges = new Map<string, Simple>();
  readonly #checks = new Map<string, Simple<ServiceStatus>>();
  readonly #labels = new TagLists(labelsText);
  readonly #histogramLabels = new TagLists(histogramLabels);
  /** Full names of what came as ranges: their counts and sums belong to the histograms. */
  readonly #distributed = new Set<string>();
  /** By full name: it is the same for thousands of metrics, and looked up once. */
  readonly #counterOf = new Map<string, readonly [name: string, family: Simple]>();
  readonly #gaugeOf = new Map<string, Simple>();

  constructor(
    readonly catalogue: ReadonlyMap<string, CatalogueEntry>,
    readonly totals: RunningTotals,
    readonly notes: Notes,
  ) {}

  bucket(bucket: HistogramBucket): void {
    const { name, tags, hostname, monotonic } = bucket;
    this.#distributed.add(name);
    const [lower, upper] = [boundOf(bucket.lower_bound), boundOf(bucket.upper_bound)];
    if (lower === undefined || upper === undefined) {
      return this.notes.add("the bounds of a bucket are no numbers", name);
    }
    const labels = this.#histogramLabels.of(tags, hostname);
    const value = this.totals.of(
      name,
      bucket.value,
      monotonic,
      () => `${plainName(name)}{${labels}} ${lower} ${upper}`,
    );
    if (value === undefined) return;
    const isRepeated = this.#histogram(name, labels).add(lower, upper, value);
    if (isRepeated && monotonic) this.#sayRepeated(name);
  }

  report({ metrics, service_checks: checks }: Report): void {
    for (const metric of metrics) this.#metric(metric);
    for (const check of checks) this.#serviceCheck(check);
  }

  families(): readonly Family[] {
    const histograms = [...this.#histograms].map(([name, { help, builders }]): Family => {
      const samples = new Map([...builders].map(([labels, builder]) => [labels, builder.build()]));
      return { name, help, type: "histogram", samples };
    });
    const counters = [...this.#counters].map(([name, family]): Family => ({ name, type: "counter", ...family }));
    const gauges = [...this.#gauges, ...this.#checks].map(([name, family]): Family => ({
      name,
      type: "gauge",
      ...family,
    }));
    const byName = (a: Family, b: Family) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    return [histograms, counters, gauges]
      .flatMap((families) => families.filter(({ samples }) => samples.size > 0).sort(byName));
  }

  #metric({ name, type, value, tags, hostname }: Metric): void {
    if (!Number.isFinite(value)) return;
    if (counts(type)) {
      if (this.#isOfHistogram(name)) this.#ofHistogram(name, type, value, tags, hostname);
      else this.#count(name, type, value, tags, hostname);
      return;
    }
    const { samples } = entry(
      this.#gaugeOf,
      name,
      () => entry(this.#gauges, plainName(name), () => this.#family(name)),
    );
    const labels = this.#labels.of(tags, hostname);
    if (samples.has(labels)) this.#sayRepeated(name);
    samples.set(labels, value);
  }

  /** A rate is given as the total from which a host derives it: a counter, like a monotonic count. */
  #count(name: string, type: Metric["type"], value: number, tags: readonly string[], hostname?: string): void {
    const [exposed, { samples }] = entry(this.#counterOf, name, () => {
      const exposed = counterName(name);
      return [exposed, entry(this.#counters, exposed, () => this.#family(name))] as const;
    });
    const labels = this.#labels.of(tags, hostname);
    const total = this.totals.of(name, value, type !== "count", () => `${exposed}{${labels}}`);
    if (total === undefined) return;
    if (type !== "count" && samples.has(labels)) this.#sayRepeated(name);
    samples.set(labels, total);
  }

  /** Takes the sum of what came as ranges; its count is that of the ranges. */
  #ofHistogram(name: string, type: Metric["type"], value: number, tags: readonly string[], hostname?: string): void {
    if (name.endsWith(".count")) return;
    const [of, labels] = [name.slice(0, -".sum".length), this.#histogramLabels.of(tags, hostname)];
    const sum = this.totals.of(name, value, type !== "count", () => `${plainName(name)}{${labels}}`);
    if (sum === undefined) return;
    const builder = this.#histograms.get(plainName(of))?.builders.get(labels);
    if (builder === undefined) this.notes.add("a sum is left out whose histogram has no buckets", name);
    else builder.sum = sum;
  }

  #isOfHistogram(name: string): boolean {
    const [, of] = /^(.*)\.(?:sum|count)$/s.exec(name) ?? [];
    return of !== undefined && this.#distributed.has(of);
  }

  #serviceCheck(check: ServiceCheck): void {
    const { name, tags, hostname } = check;
    const { samples } = entry(this.#checks, plainName(name), () => ({
      help: serviceCheckHelp(name),
      samples: new Map<string, ServiceStatus>(),
    }));
    const labels = this.#labels.of(tags, hostname);
    const [status, before] = [serviceStatus(check), samples.get(labels)];
    samples.set(labels, before === undefined ? status : worstStatus([before, status]));
  }

  #family(name: string): Simple {
    return { help: helpOf(name, this.catalogue.get(name)), samples: new Map() };
  }

  #histogram(name: string, labels: string): HistogramBuilder {
    const make = () => ({
      help: helpOf(name, this.catalogue.get(name)),
      builders: new Map<string, HistogramBuilder>(),
    });
    const { builders } = entry(this.#histograms, plainName(name), make);
    return entry(builders, labels, () => new HistogramBuilder());
  }

  #sayRepeated(name: string): void {
    this.notes.add("a series stands more than once, and its last value counts", name);
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
