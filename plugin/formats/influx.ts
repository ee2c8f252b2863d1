import type { Event, Metric, Report, ServiceCheck } from "../report/mod.ts";
import { statusForBatches } from "./exit_status.ts";
import type { Format } from "./format.ts";
import { escapedKey, escapedMeasurement, lineTags, textField } from "./influx_line.ts";
import { Notes } from "./notes.ts";
import { roundTime } from "./round_time.ts";
import { counts, RunningTotals } from "./running_totals.ts";
import { TagLists } from "./tag_lists.ts";
import { compareStatus, serviceStatus } from "./verdict.ts";

/**
 * The InfluxDB line protocol, for Telegraf: a line for each set of tags, with a field for each metric of it, all at one
 * time. `torchserve.openmetrics.queue.time` is the field `queue_time` of the measurement `torchserve_openmetrics`. Every
 * field of a metric is a float for ever; counts are totals. Service checks are lines of `torchserve_service_check`,
 * events of `torchserve_event`.
 */
export const influx: Format = {
  purpose: "InfluxDB's line protocol, for [Telegraf](hosts/telegraf.md) and what else reads it.",
  audience: "batches",
  takes: [],
  exitStatus: statusForBatches,
  render: (round, options) => {
    const notes = new Notes();
    const totals = new RunningTotals(round, options, notes);
    const timeNs = nanoseconds(roundTime(round.reports));
    const lines = new Lines(totals, notes);
    for (const { report } of round.reports) lines.add(report);
    const reports = round.reports.map(({ report }) => report);
    const others = [
      ...serviceCheckLines(reports.flatMap(({ service_checks: checks }) => checks)).map((line) =>
        `${line} ${timeNs}\n`
      ),
      ...reports.flatMap(({ events }) => events).map((event) => `${eventLine(event)} ${eventTime(event) ?? timeNs}\n`),
    ];
    notes.addWrongConfigurations(round.reports);
    return notes.rendered(lines.text(timeNs) + others.join(""), totals.state);
  },
};

/** Gathers the fields of each measurement and set of tags. */
class Lines {
  /** Fields by the start of their line. */
  readonly #lines = new Map<string, Map<string, number>>();
  readonly #tags = new TagLists((tags, hostname) => lineTags(tags, hostname));
  readonly #names = new Map<string, readonly [measurement: string, field: string]>();

  constructor(readonly totals: RunningTotals, readonly notes: Notes) {}

  add({ metrics, histogram_buckets: buckets }: Report): void {
    for (const metric of metrics) this.#metric(metric);
    this.notes.addBuckets(buckets);
  }

  text(timeNs: string): string {
    const lines: string[] = [];
    for (const [start, fields] of this.#lines) {
      lines.push(`${start} ${[...fields].map(([name, value]) => `${name}=${value}`).join(",")} ${timeNs}\n`);
    }
    return lines.join("");
  }

  #metric({ name, type, value, tags, hostname }: Metric): void {
    if (!Number.isFinite(value)) return;
    const [measurement, field] = this.#split(name);
    const start = measurement + this.#tags.of(tags, hostname);
    const isTotal = type !== "count";
    const shown = counts(type) ? this.totals.of(name, value, isTotal, () => `${start} ${field}`) : value;
    if (shown === undefined) return;
    let fields = this.#lines.get(start);
    if (fields === undefined) this.#lines.set(start, fields = new Map());
    else if (isTotal && fields.has(field)) {
      this.notes.add("a series stands more than once, and its last value counts", name);
    }
    fields.set(field, shown);
  }

  #split(name: string): readonly [measurement: string, field: string] {
    let split = this.#names.get(name);
    if (split === undefined) this.#names.set(name, split = measurementAndField(name));
    return split;
  }
}

/**
 * A metric's name as measurement (its first two parts) and field (the others): `torchserve_openmetrics` and
 * `queue_time`; escaped. What has fewer parts is a field of `torchserve`.
 */
export function measurementAndField(name: string): readonly [measurement: string, field: string] {
  const [, namespace, rest] = /^([^.]+\.[^.]+)\.(.+)$/s.exec(name) ?? [];
  const measurement = namespace?.replace(".", "_") ?? "torchserve";
  return [escapedMeasurement(measurement), escapedKey((rest ?? name).replaceAll(".", "_")) || "_"];
}

/** A line for each name and set of tags: the worst of its service checks. */
function serviceCheckLines(checks: readonly ServiceCheck[]): string[] {
  const worst = new Map<string, ServiceCheck>();
  const others = new TagLists((tags, hostname) => lineTags(tags, hostname, besides(["check"])));
  for (const check of checks) {
    const start = "torchserve_service_check" + lineTags([`check:${check.name}`], undefined) +
      others.of(check.tags, check.hostname);
    const before = worst.get(start);
    if (before === undefined || compareStatus(serviceStatus(check), serviceStatus(before)) < 0) worst.set(start, check);
  }
  return [...worst].map(([start, check]) => {
    const status = `${start} status=${serviceStatus(check)}i`;
    return check.message ? `${status},message=${textField(check.message)}` : status;
  });
}

function eventLine({ event_type, alert_type, msg_title, msg_text, tags, host }: Event): string {
  const start = "torchserve_event" + lineTags([`event_type:${event_type}`, `alert_type:${alert_type}`], undefined) +
    lineTags(tags, host, besides(["event_type", "alert_type"]));
  return `${start} title=${textField(msg_title)},text=${textField(msg_text)}`;
}

/** Names of tags beside those that a line has of its own. */
function besides(own: readonly string[]): (name: string) => string {
  return (name) => own.includes(name) ? `${name}_` : name;
}

function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.trunc(milliseconds)) * 1_000_000n);
}

/** When an event was, in nanoseconds; `undefined` where that is no time. */
function eventTime({ timestamp }: Event): string | undefined {
  return Number.isSafeInteger(timestamp * 1_000) ? nanoseconds(timestamp * 1_000) : undefined;
}
