import * as v from "valibot";
import { CODES, type Report } from "../report/mod.ts";
import { LOG_LEVELS } from "../runtime/log_levels.ts";
import {
  cancelParams,
  describeParams,
  discoveryParams,
  initializeParams,
  runParams,
  shutdownParams,
  validateParams,
} from "./params.ts";
import { idSchema } from "./rpc.ts";

/**
 * The protocol's messages: JSON Schemas and tests are made of these. Running code only needs the params
 * (`params.ts`).
 */
const tags = v.array(v.string());
const hostname = v.exactOptional(v.pipe(
  v.string(),
  v.description("Absent: the host's own name. Empty: no host name (empty_default_hostname)."),
));
const flushFirstValue = v.exactOptional(v.pipe(
  v.boolean(),
  v.description("Count the first value from zero instead of taking it as the start."),
));
const code = v.picklist(CODES);
const bound = v.union([v.number(), v.picklist(["-inf", "inf"])]);

const submissionType = v.picklist([
  "gauge",
  "rate",
  "count",
  "monotonic_count",
  "histogram",
  "historate",
  "distribution",
]);

const metric = v.strictObject({
  name: v.string(),
  type: submissionType,
  value: v.number(),
  tags,
  hostname,
  flush_first_value: flushFirstValue,
});

const histogramBucket = v.strictObject({
  name: v.string(),
  value: v.pipe(v.number(), v.integer()),
  lower_bound: bound,
  upper_bound: bound,
  monotonic: v.boolean(),
  tags,
  hostname,
  flush_first_value: flushFirstValue,
});

const serviceCheck = v.strictObject({
  name: v.string(),
  status: v.pipe(v.picklist([0, 1, 2, 3]), v.description("0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.")),
  tags,
  message: v.exactOptional(v.string()),
  hostname,
});

const event = v.strictObject({
  timestamp: v.pipe(v.number(), v.description("Seconds since the epoch.")),
  event_type: v.string(),
  msg_title: v.string(),
  msg_text: v.string(),
  alert_type: v.picklist(["info", "success", "warning", "error"]),
  source_type_name: v.string(),
  host: v.string(),
  tags,
  aggregation_key: v.string(),
});

const reportFields = {
  status: v.picklist(["ok", "partial", "error"]),
  metrics: v.array(metric),
  histogram_buckets: v.array(histogramBucket),
  service_checks: v.array(serviceCheck),
  events: v.array(event),
  metadata: v.record(v.string(), v.string()),
  warnings: v.array(v.strictObject({ code, message: v.string() })),
  error: v.exactOptional(v.strictObject({ code, message: v.string(), hint: v.exactOptional(v.string()) })),
  state: v.exactOptional(v.pipe(
    v.record(v.string(), v.unknown()),
    v.description("Opaque: hand it back with the next run of this instance."),
  )),
  stats: v.strictObject({
    duration_ms: v.number(),
    requests: v.pipe(v.number(), v.integer()),
    bytes: v.pipe(v.number(), v.integer()),
    samples: v.pipe(v.number(), v.integer()),
  }),
};

const report = v.strictObject(reportFields);

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const series = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty(), v.description("A digest of the table: hand it over as series_id.")),
  tags: v.pipe(v.array(tags), v.description("Lists of tags that metrics share.")),
  hostnames: v.pipe(v.array(v.string()), v.description("Host names; an empty one: no host name.")),
  families: v.array(v.strictObject({
    name: v.string(),
    type: submissionType,
    flush_first_value: v.boolean(),
    hostname: v.exactOptional(v.pipe(index, v.description("Into hostnames. Absent: the host's own name."))),
    tags: v.pipe(v.array(index), v.description("Into tags, one for each metric.")),
  })),
});

const { metrics: _metrics, ...fieldsBesideMetrics } = reportFields;
const seriesReport = v.strictObject({
  series: v.exactOptional(
    v.pipe(series, v.description("Only where it is not the one that series_id of the run named.")),
  ),
  series_id: v.pipe(v.string(), v.description("The table that the values are of.")),
  values: v.pipe(
    v.array(v.pipe(v.string(), v.base64())),
    v.description(
      "Texts, each of whole float64 numbers (little endian), one after the other, in the order of the families.",
    ),
  ),
  ...fieldsBesideMetrics,
});

/** The schema and the code's own type describe the same thing: this line does not compile otherwise. */
const _sameAsType: (value: v.InferOutput<typeof report>) => Report = (value) => value;

const issues = v.strictObject({
  issues: v.array(v.strictObject({
    path: v.string(),
    message: v.string(),
    suggestion: v.exactOptional(v.string()),
    severity: v.picklist(["error", "warning"]),
  })),
});

const description = v.strictObject({
  plugin: v.strictObject({ name: v.string(), version: v.string() }),
  protocol: v.strictObject({ min: v.number(), max: v.number() }),
  options: v.pipe(v.record(v.string(), v.unknown()), v.description("JSON Schema of configuration files.")),
  metrics: v.array(v.strictObject({ name: v.string(), type: v.string(), unit: v.string(), description: v.string() })),
  service_checks: v.array(v.record(v.string(), v.unknown())),
  assets: v.record(v.string(), v.unknown()),
});

const initialized = v.strictObject({
  protocol_version: v.number(),
  plugin: v.strictObject({ name: v.string(), version: v.string() }),
  capabilities: v.record(v.string(), v.boolean()),
});

const candidates = v.strictObject({ instances: v.array(v.record(v.string(), v.string())) });

const jsonrpc = v.literal("2.0");
const resultReply = v.strictObject({ jsonrpc, id: idSchema, result: v.unknown() });
const errorReply = v.strictObject({
  jsonrpc,
  id: idSchema,
  error: v.strictObject({ code: v.pipe(v.number(), v.integer()), message: v.string() }),
});

const logParams = v.strictObject({
  level: v.picklist(LOG_LEVELS),
  message: v.string(),
  check_id: v.exactOptional(v.string()),
});

const partParams = v.strictObject({
  id: idSchema,
  part: v.pipe(
    v.record(v.string(), v.unknown()),
    v.description("A fragment of the result: append its arrays to those received before and to those of the reply."),
  ),
});

const notification = v.variant("method", [
  v.strictObject({ jsonrpc, method: v.literal("log"), params: logParams }),
  v.strictObject({ jsonrpc, method: v.literal("report"), params: partParams }),
]);

/** What the plugin writes, and the report in it. */
export const messageSchemas = {
  output: v.union([resultReply, errorReply, notification]),
  report,
  seriesReport,
} as const;

/** Every schema that is published, by the name of its file in assets/protocol/. */
export const PUBLISHED = {
  "initialize.params": initializeParams(),
  "initialize.result": initialized,
  "check-run.params": runParams(),
  "check-run.result": v.union([report, seriesReport]),
  "check-validate.params": validateParams(),
  "check-validate.result": issues,
  "describe.params": describeParams(),
  "describe.result": description,
  "discovery-candidates.params": discoveryParams(),
  "discovery-candidates.result": candidates,
  "shutdown.params": shutdownParams(),
  "cancel.params": cancelParams(),
  "log.params": logParams,
  "report.params": partParams,
  "output": messageSchemas.output,
} as const;
