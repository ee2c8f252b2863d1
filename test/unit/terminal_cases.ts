import type { InstanceReport, Turn } from "../../plugin/formats/mod.ts";
import type { Metric, ModelRow, Report } from "../../plugin/report/mod.ts";
import { eventWith, reportWith } from "./formats_support.ts";

/** The rounds that a terminal is shown, one after the other. */
export interface TerminalCase {
  readonly rounds: readonly { readonly reports: readonly InstanceReport[]; readonly turn?: Turn }[];
  readonly quiet?: boolean;
}

const TIME = Date.UTC(2030, 0, 2, 3, 4, 5);
const METRICS_URL = "http://torchserve.example:8082/metrics";
const MANAGEMENT_URL = "http://torchserve.example:8081";
const HEALTH = "torchserve.management_api.model.health";

const of = (kind: string, url: string, index: number, fields: Partial<Report>, timeMs = TIME): InstanceReport => ({
  instance: `instances[${index}]`,
  kind,
  url,
  timeMs,
  report: reportWith({ stats: { duration_ms: 23.456, requests: 2, bytes: 12_345, samples: 27 }, ...fields }),
});

const health = (kind: string, status: 0 | 1 | 2, tags: readonly string[], message?: string) => ({
  name: `torchserve.${kind}.health`,
  status,
  tags,
  ...(message === undefined ? {} : { message }),
});

const metric = (name: string, value: number, tags: readonly string[], type: Metric["type"] = "gauge"): Metric => ({
  name: `torchserve.openmetrics.${name}`,
  type,
  value,
  tags,
});

/** The metrics endpoint of a TorchServe with one model. */
function page(requests: number, cpu: number, timeMs: number): InstanceReport {
  const endpoint = `endpoint:${METRICS_URL}`;
  const host = [endpoint, "level:Host"];
  const model = [endpoint, "model_name:densenet161", "model_version:default"];
  return of("openmetrics", METRICS_URL, 0, {
    metrics: [
      metric("cpu.utilization", cpu, host),
      metric("disk.available", 318.0416717529297, host),
      metric("memory.used", 25_886.7265625, host),
      metric("requests.2xx.count", requests, host, "monotonic_count"),
      metric("requests.5xx.count", 0, host, "monotonic_count"),
      metric("inference.count", requests, model, "monotonic_count"),
      metric("inference.latency.count", requests * 21_500.25, model, "monotonic_count"),
      metric("queue.latency.count", requests * 97, model, "monotonic_count"),
      metric("worker.load_time", 4_210, [endpoint, "level:Host", "worker_name:W-9000-densenet161_1.0"]),
    ],
    service_checks: [health("openmetrics", 0, [endpoint])],
  }, timeMs);
}

/** The management API with these models. */
function management(rows: readonly ModelRow[], fields: Partial<Report> = {}, timeMs = TIME): InstanceReport {
  const tags = [`management_api_url:${MANAGEMENT_URL}`];
  const names = new Set(rows.map(({ model }) => model));
  const gauge = (name: string, value: number, more: readonly string[]): Metric => ({
    name: `torchserve.management_api.${name}`,
    type: "gauge",
    value,
    tags: [...tags, ...more],
  });
  const report: Partial<Report> = {
    metrics: [
      gauge("models", names.size, []),
      ...rows.map((row) => gauge("model.workers.current", row.workersReady, [`model_name:${row.model}`])),
    ],
    service_checks: [health("management_api", 0, tags)],
    ...fields,
  };
  return {
    ...of("management", MANAGEMENT_URL, 2, report, timeMs),
    insight: { models: { check: HEALTH, isSubmitted: false, rows }, notes: [] },
  };
}

const row = (model: string, fields: Partial<ModelRow> = {}): ModelRow => ({
  model,
  version: "1.0",
  isDefault: true,
  workersReady: 1,
  workersWanted: 1,
  queuePending: 0,
  queueRoom: 100,
  memoryBytes: 1_234_567_890,
  health: 0,
  message: "",
  ...fields,
});

const looping = {
  workersReady: 0,
  queuePending: 12,
  queueRoom: 88,
  memoryBytes: 0,
  health: 2,
  message:
    "0 of 1 workers READY, 1 wanted; worker 9001 (process 4560) is crash-looping: UNLOADING for 124 s, started " +
    "anew 3 times between runs. TorchServe's model_log.log has the reason",
} as const;

const many = Array.from({ length: 200 }, (_, i) => row(`model_${i + 1}`, i % 70 === 8 ? looping : {}));

const refused = of("inference", "http://torchserve.example:8080", 1, {
  status: "error",
  error: {
    code: "connect",
    message: "no connection to http://torchserve.example:8080: connection refused",
    hint: "start TorchServe, or correct the address: nothing listens there",
  },
  service_checks: [
    health(
      "inference_api",
      2,
      ["inference_api_url:http://torchserve.example:8080"],
      "no connection to http://torchserve.example:8080: connection refused",
    ),
  ],
});

const partial = management([row("densenet161"), row("日本語モデル", { version: "2.0", workersWanted: 12 })], {
  status: "partial",
  warnings: [
    {
      code: "http",
      message:
        'model "text/summary" was skipped: http://torchserve.example:8081/models/text%2Fsummary/all?customized=false answered 404 (TorchServe describes no model whose name has a `/`: register it under another name)',
    },
    { code: "limit", message: "models: limit 2, seen 3, dropped 1" },
  ],
});

const changed = management(
  [row("densenet161", looping), row("new_model", { version: "3.1" })],
  {
    events: [
      eventWith({
        msg_title: "A new model has been added",
        msg_text: "The model [new_model] has been added with the file [new_model.mar].",
        tags: [`management_api_url:${MANAGEMENT_URL}`, "model_name:new_model"],
      }),
    ],
  },
  TIME + 15_000,
);

/** What a terminal is shown, by name. */
export const TERMINAL_CASES: Readonly<Record<string, TerminalCase>> = {
  one_model: { rounds: [{ reports: [management([row("densenet161")])] }] },
  metrics_of_one_model: { rounds: [{ reports: [page(1_250, 12.5, TIME)] }] },
  many_models: { rounds: [{ reports: [management(many)] }] },
  many_unwell_models: { rounds: [{ reports: [management(many.map((each) => ({ ...each, ...looping })))] }] },
  error: { rounds: [{ reports: [refused] }] },
  warning: { rounds: [{ reports: [partial] }] },
  several_instances: { rounds: [{ reports: [page(1_250, 12.5, TIME), refused, partial] }] },
  several_instances_quiet: { rounds: [{ reports: [page(1_250, 12.5, TIME), refused, partial] }], quiet: true },
  second_round: {
    rounds: [
      {
        reports: [page(1_250, 12.5, TIME), management([row("densenet161"), row("old_model")])],
        turn: { number: 1, timeMs: TIME },
      },
      { reports: [page(1_280, 99.75, TIME + 15_000), changed], turn: { number: 2, timeMs: TIME + 15_000 } },
    ],
  },
};
