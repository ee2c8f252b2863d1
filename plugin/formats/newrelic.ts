import type { Event, Metric, Report, ServiceCheck } from "../report/mod.ts";
import { jsonLine } from "../text/mod.ts";
import { VERSION } from "../version.ts";
import { statusForBatches } from "./exit_status.ts";
import type { Format } from "./format.ts";
import { Notes } from "./notes.ts";
import { counts, RunningTotals } from "./running_totals.ts";
import { TagLists } from "./tag_lists.ts";
import { tagPairs, wellFormed } from "./tag_pairs.ts";
import { serviceStatus, worstStatus } from "./verdict.ts";

/** Longest name of a metric, in characters: New Relic drops longer ones. */
const MAX_NAME = 254;

/** A metric of the protocol; its attributes tell it from others of its name. */
interface NewRelicMetric {
  readonly name: string;
  readonly type: "gauge" | "cumulative-count" | "cumulative-rate";
  value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * One line of the integration protocol 4 of New Relic's infrastructure agent
 * (https://docs.newrelic.com/docs/infrastructure/host-integrations/infrastructure-integrations-sdk/specifications/host-integration-executable-file-json-specifications/).
 * Counts are totals, from which the agent takes the difference (`cumulative-count`); service checks are gauges of 0 to 3.
 */
export const newrelic: Format = {
  purpose: "The integration protocol 4 of [New Relic's](hosts/newrelic.md) infrastructure agent.",
  audience: "batches",
  takes: [],
  exitStatus: statusForBatches,
  render: (round, options) => {
    const notes = new Notes();
    const totals = new RunningTotals(round, options, notes);
    const metrics = new Metrics(totals, notes);
    const reports = round.reports.map(({ report }) => report);
    for (const report of reports) metrics.add(report);
    notes.addWrongConfigurations(round.reports);
    const line = jsonLine({
      protocol_version: "4",
      integration: { name: "torchserve-check", version: VERSION },
      data: [{ metrics: metrics.all, inventory: {}, events: reports.flatMap(({ events }) => events.map(eventOf)) }],
    });
    return notes.rendered(`${line}\n`, totals.state);
  },
};

/** Gathers metrics, each name and set of attributes once. */
class Metrics {
  readonly #metrics = new Map<string, NewRelicMetric>();
  readonly #attributes = new TagLists(attributesOf);

  constructor(readonly totals: RunningTotals, readonly notes: Notes) {}

  get all(): readonly NewRelicMetric[] {
    return [...this.#metrics.values()];
  }

  add({ metrics, histogram_buckets: buckets, service_checks: checks }: Report): void {
    for (const metric of metrics) this.#metric(metric);
    for (const check of checks) this.#serviceCheck(check);
    this.notes.addBuckets(buckets);
  }

  #metric({ name, type, value, tags, hostname }: Metric): void {
    if (!Number.isFinite(value)) return;
    const { key, attributes } = this.#of(name, tags, hostname);
    const isTotal = type !== "count";
    const shown = counts(type) ? this.totals.of(name, value, isTotal, () => key) : value;
    if (shown === undefined || !this.#fits(name)) return;
    if (isTotal && this.#metrics.has(key)) {
      this.notes.add("a series stands more than once, and its last value counts", name);
    }
    this.#metrics.set(key, {
      name: wellFormed(name),
      type: NEW_RELIC_TYPES[type] ?? "gauge",
      value: shown,
      attributes,
    });
  }

  #serviceCheck(check: ServiceCheck): void {
    const { name, tags, hostname } = check;
    if (!this.#fits(name)) return;
    const { key, attributes } = this.#of(`service check ${name}`, tags, hostname);
    const before = this.#metrics.get(key);
    const status = serviceStatus(check);
    if (before !== undefined) {
      before.value = worstStatus([status, serviceStatus({ status: before.value as typeof status })]);
    } else this.#metrics.set(key, { name: wellFormed(name), type: "gauge", value: status, attributes });
  }

  #fits(name: string): boolean {
    const fits = name.length > 0 && name.length <= MAX_NAME;
    if (!fits) this.notes.add(`a name that is not of 1 to ${MAX_NAME} characters is left out`, name);
    return fits;
  }

  #of(name: string, tags: readonly string[], hostname: string | undefined): Attributes {
    const { key, attributes } = this.#attributes.of(tags, hostname);
    return { key: `${name} ${key}`, attributes };
  }
}

const NEW_RELIC_TYPES: Readonly<Record<Metric["type"], NewRelicMetric["type"]>> = {
  gauge: "gauge",
  count: "cumulative-count",
  monotonic_count: "cumulative-count",
  rate: "cumulative-rate",
  historate: "cumulative-rate",
  histogram: "gauge",
  distribution: "gauge",
};

interface Attributes {
  /** As text, to tell them from others. */
  readonly key: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function attributesOf(tags: readonly string[], hostname: string | undefined): Attributes {
  const pairs = tagPairs(tags, hostname, (name) => name === "" ? "_" : name);
  // No prototype: whatever a tag is called, it is an attribute of that name.
  const attributes: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) attributes[name] = value;
  return { key: JSON.stringify(pairs), attributes };
}

function eventOf({ msg_title, msg_text, event_type, alert_type, tags, host }: Event) {
  const summary = wellFormed(msg_text === "" ? msg_title : `${msg_title}: ${msg_text}`);
  const { attributes } = attributesOf([...tags, `alert_type:${alert_type}`], host);
  return { summary: summary || "_", category: wellFormed(event_type), attributes };
}
