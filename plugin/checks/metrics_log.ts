import type { ConfigOf } from "../config/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { BadLines } from "../metrics_log/bad_lines.ts";
import { type Followed, followLog } from "../metrics_log/follow.ts";
import { type LineReceiver, MAX_LINE } from "../metrics_log/lines.ts";
import { readMetricLine } from "../metrics_log/line.ts";
import { type LogName, logPaths } from "../metrics_log/paths.ts";
import { SeriesStore } from "../metrics_log/series.ts";
import { type Cursor, readLogState, writeLogState } from "../metrics_log/state.ts";
import type { ReportError, ServiceStatus } from "../report/mod.ts";
import { readScraperState } from "../scraper/scraper_state.ts";
import type { ContextOf, Outcome } from "./check.ts";

/**
 * How long the logs may be silent, in milliseconds. TorchServe writes its host's numbers each minute
 * (`metric_time_interval`, 60 s): after five of them it is down, or writes elsewhere.
 */
const SILENCE_MS = 300_000;
/** Label sets that are kept where `max_returned_metrics` sets no limit. */
const MAX_SERIES = 10_000;
/** Of the run's time, what is kept for submitting: a tenth, at most so many milliseconds. */
const MAX_RESERVE_MS = 500;

const SILENCE_HINT =
  "TorchServe writes its host's numbers each minute, unless disable_system_metrics is set: it is down, " +
  "writes to another directory, has metrics_mode=prometheus (then use openmetrics_endpoint), or still writes to a file " +
  "that logrotate has renamed (then use copytruncate)";

/** What the lines of a run were. */
class Lines {
  metrics = 0;
  /** Neither metrics nor bad: parts of stack traces and the like. */
  others = 0;
  readonly bad = new BadLines();

  constructor(readonly store: SeriesStore) {}

  receiver(path: string, isNew: boolean): LineReceiver {
    return {
      line: (text, offset) => {
        const line = readMetricLine(text);
        if (line === undefined) {
          if (isNew) this.others++;
          return;
        }
        const problem = typeof line === "string" ? line : this.store.add(line, isNew);
        if (!isNew) return;
        if (problem === undefined) this.metrics++;
        else this.bad.add(path, offset, problem, text);
      },
      tooLong: (offset) => {
        if (isNew) this.bad.add(path, () => offset, `expected a line of at most ${MAX_LINE} bytes`);
      },
    };
  }
}

/**
 * Follows the logs of a TorchServe with `metrics_mode=log` and submits what its metrics endpoint would show with
 * `metrics_mode=prometheus`: the same names, labels and tags, by the same options. The tag `endpoint`, by which
 * dashboards tell servers apart, has the directory, or the first path, as it is configured: `endpoint:/var/log/ts`.
 *
 * - Counters are submitted as `count`: what they grew by since the last run, 0 included, as an endpoint's counter that
 *   stands still gives 0.
 * - Gauges are submitted with their last value in every run, as an endpoint repeats it: for a day after they were
 *   written last, and while the server writes at all.
 * - What is written as a histogram is known from `type: histogram` in `extra_metrics` alone: the log has the
 *   observations, which are sorted into the buckets that TorchServe's endpoint has.
 * - The first run starts at the end: counters count from then on, while gauges have what the last MiB of the logs says.
 *   With `start: beginning` everything that the logs hold counts in the first run.
 * - After a time without runs, everything that was written meanwhile counts in the next one.
 *
 * Health: CRITICAL where no log can be read; WARNING where one of them cannot be read, or none was written to for five
 * minutes; else OK. `model_metrics.log` alone may be missing.
 */
export async function checkMetricsLog(
  config: ConfigOf<"metrics_log">,
  context: ContextOf<"metrics_log">,
): Promise<Outcome> {
  const { options } = config;
  const { report } = context;
  const nowMs = context.now();
  const scraper = await context.scraper();
  const paths = logPaths(options.metrics_log);
  const before = readLogState(context.state, paths);
  const limit = Math.min(MAX_SERIES, options.max_returned_metrics || MAX_SERIES);
  const store = new SeriesStore((name) => scraper.typeOf(name), limit);
  store.restore(before?.series ?? []);
  const lines = new Lines(store);

  const stopMs = context.deadlineMs - Math.min(MAX_RESERVE_MS, (context.deadlineMs - monotonicMs()) / 10);
  const followed = new Map(
    await Promise.all([...paths].map(async ([name, path]): Promise<[LogName, Followed]> => [
      name,
      await followLog(path, {
        before: before?.cursors.get(name),
        seenAtMs: before?.seenAtMs ?? nowMs,
        start: options.metrics_log.start,
        receiver: (file, isNew) => lines.receiver(file, isNew),
        expired: () => {
          context.signal?.throwIfAborted();
          return monotonicMs() >= stopMs;
        },
      }),
    ])),
  );
  report.samples = lines.metrics;

  const logs = [...paths.keys()].flatMap((name) => followed.get(name) ?? []);
  const cursors = new Map<LogName, Cursor | null>();
  for (const [name, { cursor }] of followed) if (cursor !== undefined) cursors.set(name, cursor);
  const remember = (series: typeof store.state, scraperState = before?.scraper) =>
    cursors.size === 0 ? undefined : writeLogState({ seenAtMs: nowMs, cursors, series, scraper: scraperState }, paths);
  const health = (status: ServiceStatus, message?: string) => {
    if (options.enable_health_service_check) report.serviceCheck("health", status, scraper.staticTags, message);
  };

  const strict = options.strict_parsing && lines.bad.count > 0;
  if (strict) {
    const message = lines.bad.describe();
    health(2, message);
    const hint = "unset strict_parsing to skip such lines and collect the rest; what this run has read does not count";
    return { state: remember(before?.series ?? []), error: { code: "parse", message, hint } };
  }

  const unreadable = unreadableLogs(followed);
  const writtenMs = Math.max(...logs.map(({ mtimeMs }) => mtimeMs ?? -Infinity));
  const isSilent = nowMs - writtenMs > SILENCE_MS;
  store.expire(nowMs / 1_000);
  const bytes = logs.reduce((sum, log) => sum + log.bytes, 0);
  report.bytes = bytes;
  const result = scraper.submit(store.families(isSilent), bytes, {
    report,
    state: readScraperState(before?.scraper),
    nowMs,
    hostStartSeconds: context.hostStartSeconds,
    // What is not submitted now would be lost; it is bounded.
    expired: () => false,
  });
  const state = remember(store.state, result.state);

  for (const note of logs.flatMap(({ notes }) => notes)) report.warn("empty", note);
  if (lines.bad.count > 0) report.missing("parse", lines.bad.describe());
  if (result.problems > 0) {
    report.missing("parse", `${result.problems} samples were skipped: ${result.firstProblems.join("; ")}`);
  }
  if (lines.metrics === 0 && lines.others > 0) {
    report.missing(
      "parse",
      `none of ${lines.others} new lines is a metric: check that metrics_log names the metric logs`,
    );
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
    health(2, error.message);
    return { state, error };
  }
  if (unreadable !== undefined) {
    report.missing(unreadable.code, `${unreadable.message}: ${unreadable.hint ?? ""}`);
    health(1, unreadable.message);
  } else if (isSilent) {
    const seconds = Math.round((nowMs - writtenMs) / 1_000);
    const message = `nothing was written to ${[...paths.values()].join(" and ")} for ${seconds} s`;
    report.missing("empty", `${message}: ${SILENCE_HINT}`);
    health(1, message);
  } else {
    health(0);
  }
  return { state };
}

/** Why logs cannot be read, as one error; `model_metrics.log` may be missing where `ts_metrics.log` is there. */
function unreadableLogs(followed: ReadonlyMap<LogName, Followed>): ReportError | undefined {
  const server = followed.get("ts_metrics");
  const errors = [...followed].flatMap(([name, { error }]) => {
    const mayBeMissing = name === "model_metrics" && server !== undefined && server.error === undefined;
    return error === undefined || (error.missing && mayBeMissing) ? [] : [error];
  });
  const [first] = errors;
  if (first === undefined) return undefined;
  const message = errors.map((error) => error.message).join("; ");
  return { code: first.code, message, ...(first.hint === undefined ? {} : { hint: first.hint }) };
}
