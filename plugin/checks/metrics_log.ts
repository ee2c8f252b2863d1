import { dirname } from "node:path";
import type { ConfigOf } from "../config/mod.ts";
import {
  type Cursor,
  type Followed,
  followLog,
  LineCollector,
  type MetricsLogState,
  readLogState,
  SeriesStore,
  writeLogState,
} from "../metrics_log/mod.ts";
import type { ReportError, ServiceStatus } from "../report/mod.ts";
import { type Bounds, monotonicMs, OutOfTimeError } from "../runtime/bounds.ts";
import { compileAsUsual } from "../runtime/jit.ts";
import { oneLine } from "../text/mod.ts";
import {
  DEFAULT_DECLARATIONS,
  findMetricsConfig,
  type MetricDeclaration,
  type MetricLogName,
  metricLogPaths,
  MetricsConfigError,
  readMetricsConfig,
} from "../torchserve/settings.ts";
import type { ContextOf, Outcome } from "./check.ts";
import { silence, unreadableLogs, untyped } from "./metrics_log_findings.ts";
import { SeenMetrics } from "./seen_metrics.ts";

/** Label sets that are kept where `max_returned_metrics` sets no limit. */
const MAX_SERIES = 10_000;
/** Of the run's time, what is kept for submitting: a tenth, at most so many milliseconds. */
const MAX_RESERVE_MS = 500;
/** Of the run's time, what a metrics configuration may take that does not answer; the logs need the rest. */
const CONFIG_SHARE = 0.25;
type Context = ContextOf<"metrics_log">;
type LogOptions = ConfigOf<"metrics_log">["options"]["metrics_log"];

/**
 * Follows the logs of a TorchServe with `metrics_mode=log` and submits what its metrics endpoint would show with
 * `metrics_mode=prometheus`: the same names, labels and tags, by the same options. The tag `endpoint`, by which
 * dashboards tell servers apart, has the directory, or the first path, as it is configured: `endpoint:/var/log/ts`.
 *
 * - Counters are submitted as `count`: what they grew by since the last run, 0 included, as an endpoint's counter that
 *   stands still gives 0.
 * - Gauges are submitted with their last value in every run, as an endpoint repeats it: for a day after they were
 *   written last, and while the server writes at all.
 * - What is written as a histogram is known from `metrics.yaml`, or from `type: histogram` in `extra_metrics`: the log
 *   has the observations, which are sorted into the buckets that TorchServe's endpoint has.
 * - The first run starts at the end: counters count from then on, while gauges have what the last MiB of the logs says.
 *   With `start: beginning` everything that the logs hold counts in the first run.
 * - After a time without runs, everything that was written meanwhile counts in the next one.
 *
 * Health: CRITICAL where no log can be read; WARNING where one of them cannot be read, none was written to for
 * `max_silence`, or what is written is no metric; else OK. `model_metrics.log` alone may be missing.
 */
export async function checkMetricsLog(config: ConfigOf<"metrics_log">, context: Context): Promise<Outcome> {
  const { options } = config;
  const { report } = context;
  const nowMs = context.now();
  const scraper = await context.scraper();
  const { metrics_log: log } = options;
  const maxSilence = log.max_silence;
  const paths = metricLogPaths(log);
  const left = readLogState(context.state, paths);
  if ("dropped" in left) report.warn("internal", left.dropped);
  const before = "state" in left ? left.state : undefined;
  const declared = await declaredMetrics(log, [...paths.values()], context);
  const limit = Math.min(MAX_SERIES, options.max_returned_metrics || MAX_SERIES);
  const seen = context.insight && new SeenMetrics();
  const store = new SeriesStore({
    typeOf: (name) => {
      const type = scraper.typeOf(name);
      seen?.see(name, undefined, type !== undefined);
      return type;
    },
    declared: (name) => declared.get(name),
  }, limit);
  store.restore(before?.series ?? []);
  const lines = new LineCollector(store, nowMs / 1_000);
  // Logs are read a line at a time, and may hold any number of them.
  compileAsUsual();
  const followed = await followAll(paths, log, before, lines, context);
  report.samples = lines.metrics;
  if (seen !== undefined && lines.metrics > 0) {
    const { exposedNotes } = await import("./exposed_notes.ts");
    context.insight?.notes.push(...await exposedNotes(seen, options, config.url));
  }

  const logs = [...paths.keys()].flatMap((name) => followed.get(name) ?? []);
  const cursors = new Map<string, Cursor | null>();
  for (const [name, { cursor }] of followed) if (cursor !== undefined) cursors.set(name, cursor);
  const read = readability(lines, before, nowMs, maxSilence);
  const remember = (series: typeof store.state, scraperState = before?.scraper) =>
    cursors.size === 0
      ? undefined
      : writeLogState({ seenAtMs: nowMs, cursors, ...read, series, scraper: scraperState }, paths);
  const health = (status: ServiceStatus, message?: string) => {
    if (options.enable_health_service_check) report.serviceCheck("health", status, scraper.staticTags, message);
  };

  if (options.strict_parsing && lines.bad.count > 0) {
    const message = lines.bad.describe();
    const hint = "unset strict_parsing to skip such lines and collect the rest; what this run has read does not count";
    return { state: remember(before?.series ?? []), error: { code: "parse", message, hint } };
  }

  const unreadable = unreadableLogs(followed);
  const writtenMs = Math.max(...logs.map(({ mtimeMs }) => mtimeMs ?? -Infinity));
  const silentSeconds = (nowMs - writtenMs) / 1_000;
  const isSilent = silentSeconds > maxSilence;
  store.expire(nowMs / 1_000);
  const bytes = logs.reduce((sum, { bytes }) => sum + bytes, 0);
  report.bytes = bytes;
  const result = scraper.submit(store.families(isSilent), bytes, {
    report,
    state: scraper.readState(before?.scraper),
    nowMs,
    hostStartSeconds: context.hostStartSeconds,
    // What is not submitted now would be lost; it is bounded.
    expired: () => false,
  });
  const state = remember(store.state, result.state);

  for (const note of logs.flatMap(({ notes }) => notes)) report.warn("empty", oneLine(note));
  if (store.untyped.length > 0) report.warn("config", untyped(store.untyped));
  if (lines.bad.count > 0) report.missing("parse", lines.bad.describe());
  if (result.problems > 0) {
    report.missing("parse", `${result.problems} samples were skipped: ${result.firstProblems.join("; ")}`);
  }
  if (store.dropped > 0) {
    report.missing(
      "limit",
      `more than ${limit} label sets (max_returned_metrics): ${store.dropped} lines do not count`,
    );
  }
  if (logs.some(({ behind }) => behind)) {
    report.missing("timeout", `the run's time was up after ${bytes} bytes of the logs: the next run goes on there`);
  }

  if (logs.every(({ mtimeMs }) => mtimeMs === undefined)) {
    const error = unreadable ?? { code: "internal", message: "no log was looked for" } satisfies ReportError;
    return { state, error };
  }
  if (unreadable !== undefined) {
    report.missing(unreadable.code, `${unreadable.message}: ${unreadable.hint ?? ""}`);
    health(1, unreadable.message);
  } else if (isSilent) {
    const { message, hint } = silence(paths.values(), silentSeconds, maxSilence);
    report.missing("empty", `${message}: ${hint}`);
    health(1, message);
  } else if (read.unreadable) {
    const message = `no line that was written to ${[...paths.values()].map(oneLine).join(" and ")} is a metric`;
    report.missing(
      "parse",
      `${message}: check that metrics_log names the metric logs, and that each line of their log4j layout has the ` +
        "whole message (%m, or JSON with the message on one line)",
    );
    health(1, message);
  } else {
    health(0);
  }
  return { state };
}

async function followAll(
  paths: ReadonlyMap<MetricLogName, string>,
  { start }: LogOptions,
  before: MetricsLogState | undefined,
  lines: LineCollector,
  { now, deadlineMs, signal }: Context,
): Promise<ReadonlyMap<MetricLogName, Followed>> {
  const stopMs = deadlineMs - Math.min(MAX_RESERVE_MS, (deadlineMs - monotonicMs()) / 10);
  const seenAtMs = before?.seenAtMs ?? now();
  return new Map(
    await Promise.all([...paths].map(async ([name, path]): Promise<[MetricLogName, Followed]> => [
      name,
      await followLog(path, {
        before: before?.cursors.get(name),
        seenAtMs,
        start,
        receiver: (file, isNew) => lines.receiver(file, isNew),
        isTimeToStop: () => monotonicMs() >= stopMs,
        bounds: { deadlineMs, signal },
      }),
    ])),
  );
}

/** What the server's `metrics.yaml` says: the one that the option names, or `config.properties` beside the logs. */
async function declaredMetrics(
  { metrics_config: configured }: LogOptions,
  paths: readonly string[],
  { report, deadlineMs, signal }: Context,
): Promise<ReadonlyMap<string, MetricDeclaration>> {
  const nowMs = monotonicMs();
  const bounds: Bounds = { deadlineMs: nowMs + (deadlineMs - nowMs) * CONFIG_SHARE, signal };
  const path = configured ?? await foundMetricsConfig(paths, bounds);
  if (path === undefined) return DEFAULT_DECLARATIONS;
  try {
    return await readMetricsConfig(path, bounds);
  } catch (thrown) {
    if (!(thrown instanceof MetricsConfigError)) throw thrown;
    const message = `TorchServe's metrics configuration cannot be read, types follow from units: ${
      oneLine(thrown.message)
    }`;
    if (configured === undefined) report.warn("config", message);
    else report.missing("config", message);
    return DEFAULT_DECLARATIONS;
  }
}

async function foundMetricsConfig([first]: readonly string[], bounds: Bounds): Promise<string | undefined> {
  if (first === undefined) return undefined;
  try {
    return await findMetricsConfig(dirname(first), bounds);
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError && thrown.why === "deadline") return undefined;
    throw thrown;
  }
}

/** Whether the logs hold metrics at all, as far as is known: a run may be one in which none was written. */
function readability(
  { seen }: LineCollector,
  before: MetricsLogState | undefined,
  nowMs: number,
  maxSilence: number,
): Pick<MetricsLogState, "metricAtMs" | "unreadable"> {
  if (seen.metrics > 0) return { metricAtMs: nowMs, unreadable: false };
  const metricAtMs = before?.metricAtMs;
  if (seen.others === 0) return { metricAtMs, unreadable: before?.unreadable ?? false };
  const isLongAgo = metricAtMs === undefined || nowMs - metricAtMs > maxSilence * 1_000;
  return { metricAtMs, unreadable: isLongAgo };
}
