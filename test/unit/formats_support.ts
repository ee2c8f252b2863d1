import fc from "fast-check";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";
import { type FormatOptions, type InstanceReport, plain } from "../../plugin/formats/mod.ts";
import { CODES, type Event, type Report } from "../../plugin/report/mod.ts";

/** What a command without options asks of a format, without colours. */
export const OPTIONS: FormatOptions = {
  quiet: false,
  failOn: "critical",
  paint: plain,
  catalogue: loadCatalogue,
  remembers: true,
};

/** A report of a run in which all was well and nothing was found, with what is said here. */
export function reportWith(fields: Partial<Report>): Report {
  return {
    status: "ok",
    metrics: [],
    histogram_buckets: [],
    service_checks: [],
    events: [],
    metadata: {},
    warnings: [],
    stats: { duration_ms: 1.5, requests: 1, bytes: 10, samples: 0 },
    ...fields,
  };
}

/** The first instance of a file, with this report. */
export function instanceWith(fields: Partial<Report>): InstanceReport {
  return {
    instance: "instances[0]",
    kind: "inference",
    url: "http://ts:8080",
    timeMs: Date.UTC(2030, 0, 2, 3, 4, 5),
    report: reportWith(fields),
  };
}

/** A service check of the inference API with this status, which need be none of the four. */
export function serviceCheck(status: unknown, message?: string): Report["service_checks"][number] {
  return JSON.parse(JSON.stringify({ name: "torchserve.inference_api.health", status, tags: ["a:b"], message }));
}

/** An event of a host, with what is said here. */
export function eventWith(fields: Partial<Event>): Event {
  return {
    timestamp: 1893553440,
    event_type: "t.added",
    msg_title: "Title",
    msg_text: "Text",
    alert_type: "info",
    source_type_name: "torchserve",
    host: "box",
    tags: ["m:1"],
    aggregation_key: "k",
    ...fields,
  };
}

/** A report with this text wherever a server, a host or a file may put one. */
export function reportOf(text: string): InstanceReport {
  const tags = ["common:tag", text, `model_name:${text}`];
  return {
    instance: `instances[0]${text}`,
    kind: "inference",
    url: `http://ts:8080/${text}`,
    timeMs: 0,
    report: {
      status: "error",
      metrics: [
        { name: text, type: "gauge", value: 1, tags, hostname: text },
        { name: "torchserve.openmetrics.cpu.utilization", type: "gauge", value: 1, tags },
      ],
      histogram_buckets: [
        { name: text, value: 2, lower_bound: 0, upper_bound: "inf", monotonic: true, tags, hostname: text },
      ],
      service_checks: [{ name: text, status: 2, tags, message: text, hostname: text }],
      events: [{
        timestamp: 1,
        event_type: text,
        msg_title: text,
        msg_text: text,
        alert_type: "info",
        source_type_name: text,
        host: text,
        tags,
        aggregation_key: text,
      }],
      metadata: { [`version${text}`]: text },
      warnings: [{ code: "parse", message: text }],
      error: { code: "http", message: text, hint: text },
      state: { seen: text },
      stats: { duration_ms: 1, requests: 1, bytes: 1, samples: 1 },
    },
  };
}

const text = fc.string({ unit: "binary", maxLength: 20 });
/** Names that meet often, and texts of every character. */
const name = fc.oneof(fc.constantFrom("a", "a.b", "a_b", "a.b.count", "a.b.total", "a.b.sum", "a_b_bucket"), text);
const tags = fc.array(fc.oneof(fc.constantFrom("a", "a:", "a:b", "a:c", "le:1", "__name__:x"), text), { maxLength: 3 });
const hostname = fc.constantFrom(undefined, "", "h", "h\u2028");
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const type = fc.constantFrom(
  "gauge",
  "rate",
  "count",
  "monotonic_count",
  "histogram",
  "historate",
  "distribution",
);
const metric = fc.record({ name, type, value: number, tags, hostname, flush_first_value: fc.boolean() });
const bound = fc.constantFrom(-1, 0, 0.5, 1, "inf", "-inf", "odd");
const bucket = fc.record({
  name,
  value: fc.integer({ min: -1, max: 9 }),
  lower_bound: bound,
  upper_bound: bound,
  monotonic: fc.boolean(),
  tags,
  hostname,
});
const event = fc.record({
  timestamp: fc.integer({ min: 0, max: 4e9 }),
  event_type: text,
  msg_title: text,
  msg_text: text,
  alert_type: fc.constantFrom("info", "success", "warning", "error"),
  source_type_name: text,
  host: text,
  tags,
  aggregation_key: text,
});

/** Reports of every shape, with texts of every character. */
export const anyInstanceReport: fc.Arbitrary<InstanceReport> = fc.record({
  instance: text,
  kind: text,
  url: text,
  timeMs: fc.integer({ min: 0, max: 4e12 }),
  report: fc.record({
    status: fc.constantFrom("ok", "partial", "error"),
    metrics: fc.array(metric, { maxLength: 4 }),
    histogram_buckets: fc.array(bucket, { maxLength: 4 }),
    service_checks: fc.array(
      fc.record({ name, status: fc.constantFrom(0, 1, 2, 3), tags, message: text }),
      { maxLength: 3 },
    ),
    events: fc.array(event, { maxLength: 2 }),
    metadata: fc.dictionary(text, text, { maxKeys: 2 }),
    warnings: fc.array(fc.record({ code: fc.constantFrom(...CODES), message: text }), { maxLength: 2 }),
    stats: fc.constant({ duration_ms: 1, requests: 1, bytes: 1, samples: 1 }),
  }) as fc.Arbitrary<Report>,
});
