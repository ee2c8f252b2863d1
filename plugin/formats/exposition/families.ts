import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Metric, Report, ServiceCheck, ServiceStatus, State } from "../../report/mod.ts";
import type { Notes } from "../notes.ts";
import type { FormatOptions, Round } from "../format.ts";
import { counts, RunningTotals } from "../running_totals.ts";
import { TagLists } from "../tag_lists.ts";
import { serviceStatus, worstStatus } from "../verdict.ts";
import type { ClassicHistogram } from "./classic_histogram.ts";
import { Histograms } from "./histograms.ts";
import { labelsText } from "./labels.ts";
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
  const histograms = new Histograms(totals, notes);
  const gatherer = new Gatherer(await options.catalogue(), histograms, totals, notes);
  const reports = round.reports.map(({ report }) => report);
  for (const report of reports) histograms.add(report);
  for (const report of reports) gatherer.report(report);
  notes.addWrongConfigurations(round.reports);
  return { families: gatherer.families(), state: totals.state };
}

interface Simple<Value extends number = number> {
  readonly help: string;
  /** By the text of the labels. */
  readonly samples: Map<string, Value>;
}

class Gatherer {
  /** By exposed name, as all of these. */
  readonly #counters = new Map<string, Simple>();
  readonly #gauges = new Map<string, Simple>();
  readonly #checks = new Map<string, Simple<ServiceStatus>>();
  readonly #labels = new TagLists(labelsText);
  /** By full name: it is the same for thousands of metrics, and looked up once. */
  readonly #counterOf = new Map<string, readonly [name: string, family: Simple]>();
  readonly #gaugeOf = new Map<string, Simple>();

  constructor(
    readonly catalogue: ReadonlyMap<string, CatalogueEntry>,
    readonly histograms: Histograms,
    readonly totals: RunningTotals,
    readonly notes: Notes,
  ) {}

  report({ metrics, service_checks: checks }: Report): void {
    for (const metric of metrics) this.#metric(metric);
    for (const check of checks) this.#serviceCheck(check);
  }

  families(): readonly Family[] {
    const histograms = this.histograms.all.map(({ name, source, samples }): Family => (
      { name, help: this.#help(source), type: "histogram", samples }
    ));
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

  #metric(metric: Metric): void {
    const { name, type, value, tags, hostname } = metric;
    if (!Number.isFinite(value)) return;
    if (counts(type)) {
      if (!this.histograms.take(metric)) this.#count(metric);
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
  #count({ name, type, value, tags, hostname }: Metric): void {
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
    return { help: this.#help(name), samples: new Map() };
  }

  #help(name: string): string {
    return helpOf(name, this.catalogue.get(name));
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
