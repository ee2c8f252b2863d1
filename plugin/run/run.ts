import type { ConfigIssue, HttpConfig, InstanceKind, ValidConfig } from "../config/mod.ts";
import { createHttpClient, type HttpClient, type HttpRun, type HttpShared } from "../http/mod.ts";
import { compileAny } from "../patterns/mod.ts";
import { type NameFilter, ReportBuilder } from "../report/builder.ts";
import type { Report, State } from "../report/report.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import type { KeyStore } from "../torchserve/tokens/mod.ts";
import { toReportError } from "../torchserve/mod.ts";
import type { CheckContext, Outcome, RunContext } from "../checks/check.ts";

/** What a host or a person asks of one run. */
export interface RunRequest {
  readonly config: ValidConfig;
  /** What the configuration's validation said besides. */
  readonly issues: readonly ConfigIssue[];
  readonly hostname?: string | undefined;
  readonly state?: State | undefined;
  /** Milliseconds after which the host wants the report. */
  readonly timeoutMs?: number | undefined;
  /** Aborted when the host cancels the run. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds since the epoch. */
  readonly hostStartSeconds: number;
  readonly log?: HttpRun["log"];
  /** What the runs of one process share; without it nothing outlives the run. */
  readonly http?: HttpShared | undefined;
}

const NAMESPACES: Readonly<Record<InstanceKind, string>> = {
  openmetrics: "torchserve.openmetrics",
  inference: "torchserve.inference_api",
  management: "torchserve.management_api",
  metrics_log: "torchserve.openmetrics",
};

/** Runs the check of an instance, loaded when its kind runs. */
async function check(config: HttpConfig, context: CheckContext): Promise<Outcome> {
  switch (config.kind) {
    case "openmetrics":
      return await (await import("../checks/openmetrics.ts")).checkOpenMetrics(config, context);
    case "inference":
      return await (await import("../checks/inference.ts")).checkInference(config, context);
    case "management": {
      const [{ checkManagement }, { inBurst }] = await Promise.all([
        import("../checks/management/mod.ts"),
        import("../runtime/jit.ts"),
      ]);
      return await inBurst(() => checkManagement(config, context));
    }
  }
}

/**
 * Runs one instance once. Whatever happens to the target becomes a report.
 *
 * @throws {DOMException} `AbortError`, when `signal` was aborted; the run's connections are closed then
 */
export async function runCheck(request: RunRequest): Promise<Report> {
  const { config, signal } = request;
  const startMs = monotonicMs();
  const deadlineMs = startMs + runMilliseconds(request);
  const report = new ReportBuilder(NAMESPACES[config.kind], config.options, await nameFilter(config));
  for (const issue of request.issues) report.warn("config", issueText(issue));
  const run: HttpRun = {
    deadlineMs,
    ...(signal === undefined ? {} : { signal }),
    ...(request.log === undefined ? {} : { log: request.log }),
  };
  const stats = { requests: 0, bytes: 0 };
  const context: RunContext = {
    report,
    state: request.state,
    hostname: config.options.empty_default_hostname ? "" : request.hostname ?? "",
    now: Date.now,
    deadlineMs,
    hostStartSeconds: request.hostStartSeconds,
    signal,
  };
  let outcome: Outcome;
  try {
    if (config.kind === "metrics_log") {
      outcome = await (await import("../checks/metrics_log.ts")).checkMetricsLog(config, context);
    } else {
      const http = await clientOf(config, report, run, request.http);
      try {
        outcome = await check(config, { ...context, http });
      } finally {
        Object.assign(stats, { requests: http.stats.requests, bytes: http.stats.bytes });
        await http.close();
      }
    }
  } catch (thrown) {
    outcome = { state: request.state, error: toReportError(thrown) };
  }
  signal?.throwIfAborted();
  const duration = Math.round((monotonicMs() - startMs) * 1_000) / 1_000;
  return report.finish({ duration_ms: duration, ...stats }, outcome.state, outcome.error);
}

/** The client of a run, with TorchServe's key where there is one; loaded only then. */
async function clientOf(
  config: HttpConfig,
  report: ReportBuilder,
  run: HttpRun,
  shared: HttpShared | undefined,
): Promise<HttpClient> {
  const client = await createHttpClient(config.options, run, shared);
  if (client.hide !== undefined) report.hideWith((text) => client.hide?.(text) ?? text);
  if (config.kind === "openmetrics" || config.options.token_key_file === undefined) return client;
  const { KeyStore, withToken } = await import("../torchserve/tokens/mod.ts");
  return withToken(client, config, report, keys ??= new KeyStore(), run);
}

/** The key files of all instances of this process. */
let keys: KeyStore | undefined;

/** The report of an instance that cannot run because of its configuration. */
export function configReport(issues: readonly ConfigIssue[]): Report {
  const report = new ReportBuilder("torchserve", {});
  const errors = issues.filter(({ severity }) => severity === "error");
  for (const issue of issues) if (issue.severity === "warning") report.warn("config", issueText(issue));
  const hint = errors.find(({ suggestion }) => suggestion !== undefined)?.suggestion;
  return report.finish({ duration_ms: 0, requests: 0, bytes: 0 }, undefined, {
    code: "config",
    message: errors.map(({ path, message }) => `${path}: ${message}`).join("\n"),
    ...(hint === undefined ? {} : { hint }),
  });
}

function issueText({ path, message, suggestion }: ConfigIssue): string {
  return `${path}: ${message}${suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`}`;
}

/** What is kept of the host's time to write the report: a tenth, between 5 and 500 ms. */
function reserve(timeoutMs: number): number {
  return Math.min(500, Math.max(5, timeoutMs / 10));
}

/** What reading logs may take where the host sets no bound, in seconds. */
const READING_SECONDS = 20;

/** The run's time: the host's, less the reserve; else an interval, or what one slow request may take. */
function runMilliseconds({ config, timeoutMs }: RunRequest): number {
  if (timeoutMs !== undefined) return Math.max(1, timeoutMs - reserve(timeoutMs));
  const { options } = config;
  const atLeastSeconds = config.kind === "metrics_log"
    ? READING_SECONDS
    : config.options.connect_timeout + config.options.read_timeout;
  return 1_000 * Math.max(options.min_collection_interval, atLeastSeconds);
}

const filters = new WeakMap<ValidConfig, Promise<NameFilter | undefined>>();

/** `metric_patterns`: `exclude` is stronger than `include`; empty entries are passed over. */
function nameFilter(config: ValidConfig): Promise<NameFilter | undefined> {
  const { include = [], exclude = [] } = config.options.metric_patterns ?? {};
  if (include.length + exclude.length === 0) return Promise.resolve(undefined);
  let filter = filters.get(config);
  if (filter === undefined) filters.set(config, filter = compileFilter(include, exclude));
  return filter;
}

async function compileFilter(include: readonly string[], exclude: readonly string[]): Promise<NameFilter | undefined> {
  const compile = async (patterns: readonly string[]) => {
    const filled = patterns.filter((pattern) => pattern !== "");
    return filled.length === 0 ? undefined : await compileAny(filled);
  };
  const [included, excluded] = [await compile(include), await compile(exclude)];
  return (name) => excluded?.matches(name) !== true && (included?.matches(name) ?? true);
}
