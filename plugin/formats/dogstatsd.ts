import { Buffer } from "node:buffer";
import type { Event, Metric, ServiceCheck } from "../report/mod.ts";
import { clip } from "../text/mod.ts";
import { statusForBatches } from "./exit_status.ts";
import type { Format, FormatOptions, Round } from "./format.ts";
import { Notes } from "./notes.ts";
import { SeriesMemory } from "./series_memory.ts";
import { TagLists } from "./tag_lists.ts";
import { wellFormed } from "./tag_pairs.ts";
import { serviceStatus } from "./verdict.ts";

/** The most that an Agent reads of one datagram (`dogstatsd_buffer_size`), in bytes. */
const MAX_LINE = 8_192;
/** Most of a title and a text of an event, in characters. */
const MAX_TITLE = 200;
const MAX_TEXT = 4_000;

/**
 * DogStatsD's datagrams, a value on each line
 * (https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/). It has no totals: `monotonic_count` is sent as the
 * difference from the last round, `rate` and `historate` as the change per second since then. Without a state they are
 * left out, and so are buckets.
 */
export const dogstatsd: Format = {
  purpose: "Datagrams of DogStatsD, also sent with `--to udp://HOST:PORT` or `unix:///PATH`.",
  audience: "batches",
  takes: ["to"],
  exitStatus: statusForBatches,
  render: (round, options) => {
    const notes = new Notes();
    const metrics = new MetricLines(round, options, notes);
    const reports = round.reports.map(({ report }) => report);
    for (const { histogram_buckets: buckets } of reports) notes.addBuckets(buckets);
    const lines = [
      ...reports.flatMap((report) => report.metrics.flatMap((metric) => metrics.of(metric) ?? [])),
      ...reports.flatMap((report) => report.service_checks.map(serviceCheckLine)),
      ...reports.flatMap((report) => report.events.map(eventLine)),
    ].filter((line) => {
      const fits = Buffer.byteLength(line) <= MAX_LINE;
      if (!fits) notes.add(`a line is left out, since it is longer than ${MAX_LINE} bytes`, clip(line, MAX_TITLE));
      return fits;
    });
    notes.addWrongConfigurations(round.reports);
    const text = lines.map((line) => `${line}\n`).join("");
    return notes.rendered(text, metrics.state);
  },
};

const NO_DIFFERENCE =
  "a total has no difference without the last round and is left out; keep a state with --state-dir or --repeat";

/** Lines of metrics, with the differences that the protocol needs. */
class MetricLines {
  readonly #memory: SeriesMemory;
  readonly #remembers: boolean;
  readonly #notes: Notes;
  readonly #tags = new TagLists(tagPart);

  constructor(round: Round, { remembers }: FormatOptions, notes: Notes) {
    this.#memory = new SeriesMemory(round, notes);
    this.#remembers = remembers;
    this.#notes = notes;
  }

  /** For the next round; `undefined` when there is nothing to remember. */
  get state() {
    return this.#remembers ? this.#memory.state : undefined;
  }

  /** @returns `undefined` where there is nothing to send yet */
  of(metric: Metric): string | undefined {
    const { name, type, value, tags, hostname } = metric;
    if (!Number.isFinite(value)) return undefined;
    const shown = metricName(name);
    const series = this.#tags.of(tags, hostname);
    const sent = this.#sent(metric, `${type} ${shown}${series}`);
    return sent === undefined ? undefined : `${shown}:${sent}|${STATSD_TYPES[type] ?? "g"}${series}`;
  }

  /** What is sent of a metric: its value, or how it changed. */
  #sent({ name, type, value, flush_first_value: countsFromZero = false }: Metric, key: string): number | undefined {
    if (type !== "monotonic_count" && type !== "rate" && type !== "historate") return value;
    if (!this.#remembers) {
      this.#notes.add(NO_DIFFERENCE, name);
      return undefined;
    }
    const last = this.#memory.get(key);
    this.#memory.set(key, value);
    const isReset = last === undefined || value < last.value;
    if (type === "monotonic_count") return isReset ? (countsFromZero ? value : undefined) : value - last.value;
    const seconds = last === undefined ? 0 : (this.#memory.timeMs - last.timeMs) / 1_000;
    return isReset || seconds <= 0 ? undefined : (value - last.value) / seconds;
  }
}

const STATSD_TYPES: Readonly<Record<Metric["type"], string>> = {
  gauge: "g",
  rate: "g",
  count: "c",
  monotonic_count: "c",
  histogram: "h",
  historate: "h",
  distribution: "d",
};

function serviceCheckLine(check: ServiceCheck): string {
  const { name, tags, message, hostname } = check;
  const host = hostname === undefined ? "" : `|h:${field(hostname)}`;
  const said = message ? `|m:${field(message)}` : "";
  return `_sc|${field(name) || "_"}|${serviceStatus(check)}${host}${tagPart(tags, undefined)}${said}`;
}

function eventLine(event: Event): string {
  const title = eventText(event.msg_title || event.event_type, MAX_TITLE) || "_";
  const text = eventText(event.msg_text, MAX_TEXT);
  const parts = [
    ["d", Number.isSafeInteger(event.timestamp) ? String(event.timestamp) : ""],
    ["h", field(event.host)],
    ["k", field(event.aggregation_key)],
    ["s", field(event.source_type_name)],
    ["t", field(event.alert_type)],
  ].filter(([, value]) => value !== "").map(([name, value]) => `|${name}:${value}`);
  const lengths = [title, text].map((part) => Buffer.byteLength(part)).join(",");
  return `_e{${lengths}}:${title}|${text}${parts.join("")}${tagPart(event.tags, undefined)}`;
}

/**
 * Tags behind a `#`. A host name of the metric's own is the tag `host`, which an Agent takes for it; an empty one means
 * no host at all there.
 */
function tagPart(tags: readonly string[], hostname: string | undefined): string {
  const all = hostname === undefined ? tags : [...tags, `host:${hostname}`];
  const shown = all.map((tag) => field(tag).replaceAll(",", "_")).filter((tag) => tag !== "");
  return shown.length === 0 ? "" : `|#${shown.join(",")}`;
}

/** A name without what ends it, and unlike the starts of events and service checks. */
function metricName(name: string): string {
  return wellFormed(name).replace(/[\s:|@#]/g, "_").replace(/^_(?=e\{|sc)/, "") || "_";
}

/** A part of a line: `|` ends it. */
function field(text: string): string {
  return wellFormed(text).replaceAll("|", "/");
}

/** A text of known length, with its line feeds as two characters. */
function eventText(text: string, most: number): string {
  return wellFormed(clip(text, most).trim().replace(/\r?\n/g, "\\n"));
}
