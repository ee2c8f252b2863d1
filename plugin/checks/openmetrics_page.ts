import type { ConfigOf } from "../config/mod.ts";
import { HttpError, type HttpResponse } from "../http/mod.ts";
import { OpenMetricsSyntaxError } from "../openmetrics/mod.ts";
import type { ReportError, ServiceStatus } from "../report/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { compileAsUsual } from "../runtime/jit.ts";
import { collectGarbage } from "../runtime/memory.ts";
import { failedScraperState, type ScrapeResult } from "../scraper/mod.ts";
import { assertMetrics, TargetError } from "../torchserve/mod.ts";
import type { ContextOf, Outcome } from "./check.ts";
import { explainFailure } from "./findings.ts";
import { SeenMetrics } from "./seen_metrics.ts";

const EMPTY_HINT = "set metrics_mode=prometheus in TorchServe's config.properties and restart it; " +
  "as installed (metrics_mode=log) TorchServe writes its metrics to log files only; " +
  "or follow those with metrics_log: DIRECTORY instead of openmetrics_endpoint";

/** A page of more bytes than this is worth compiling for, even where it is the only one of a process (docs/decisions/0005). */
const LARGE_PAGE = 98_304;
/** A page of more bytes than this is larger than any that we know of: what it took is given back. */
const HUGE_PAGE = 8 * 1024 * 1024;

/**
 * Submits what a page of metrics says.
 *
 * @param answer under way
 */
export async function collectPage(
  config: ConfigOf<"openmetrics">,
  context: ContextOf<"openmetrics">,
  answer: Promise<HttpResponse>,
): Promise<Outcome> {
  const { options } = config;
  const { report } = context;
  const scraper = await context.scraper();
  const before = scraper.readState(context.state);
  const health = (status: ServiceStatus, message?: string) => {
    if (options.enable_health_service_check) report.health(status, scraper.staticTags, message);
  };
  const fail = (error: ReportError, thrown: unknown): Outcome => {
    if (options.ignore_connection_errors && isConnectionError(error, thrown)) {
      health(2, error.message);
      report.missing(error.code, `${error.message} (ignore_connection_errors)`);
      return { state: { version: 1, ...before, flush: true } };
    }
    return { state: failedScraperState(before), error };
  };

  const seen = context.insight && new SeenMetrics();
  let response: HttpResponse;
  let result: ScrapeResult;
  try {
    response = await answer;
    assertMetrics(response);
    if (response.body.length > LARGE_PAGE) compileAsUsual();
    const length = response.headers["content-length"];
    result = scraper.scrape({
      body: response.body,
      contentType: response.headers["content-type"],
      contentLength: length === undefined ? undefined : Number(length),
    }, {
      report,
      state: before,
      nowMs: context.now(),
      hostStartSeconds: context.hostStartSeconds,
      expired: () => monotonicMs() >= context.deadlineMs,
      onFamily: seen && ((...family) => seen.see(...family)),
    });
    const isHuge = response.body.length > HUGE_PAGE;
    assertReadable(response, result);
    response.release?.();
    if (isHuge) collectGarbage();
  } catch (thrown) {
    return fail(await explainFailure(asTargetError(thrown, config.url), config, context.http), thrown);
  }
  report.samples = result.samples;
  if (seen !== undefined) {
    const { exposedNotes } = await import("./exposed_notes.ts");
    context.insight?.notes.push(...await exposedNotes(seen, options, config.url));
  }
  if (result.problems > 0) {
    report.missing("parse", `${result.problems} lines or samples were skipped: ${result.firstProblems.join("; ")}`);
  }
  if (result.stopped) {
    report.missing("timeout", `the run's time was up after ${result.samples} samples: raise the host's timeout`);
    health(0);
    return { state: failedScraperState(before) };
  }
  if (result.content === "nothing") {
    const message = `${config.url} answered without any sample: ${EMPTY_HINT}`;
    report.missing("empty", message);
    health(1, message);
  } else {
    if (result.content === "descriptions") {
      report.warn("empty", `${config.url} exposes metrics, and there are no samples yet: nobody called a model`);
    }
    health(0);
  }
  return { state: result.state };
}

/**
 * Refuses a page that was read in vain.
 *
 * @throws {TargetError} `parse`
 */
function assertReadable(
  response: HttpResponse,
  { content, problems, firstProblems: [first = ""] }: ScrapeResult,
): void {
  if (content !== "unreadable") return;
  const message = `${response.url}: nothing on it can be read as a metric (${problems} problems, the first: ${first})`;
  throw new TargetError("parse", message, undefined, { reason: "unexpected_body", response });
}

/** Whether no connection came about, for `ignore_connection_errors`: refused, without TLS, or not in time. */
function isConnectionError({ code }: ReportError, thrown: unknown): boolean {
  if (code === "connect" || code === "tls") return true;
  return thrown instanceof HttpError && thrown.failure === "connect_timeout";
}

function asTargetError(thrown: unknown, url: string): unknown {
  if (!(thrown instanceof OpenMetricsSyntaxError)) return thrown;
  return new TargetError(
    "parse",
    `${url}: ${thrown.message}`,
    "unset strict_parsing to skip such lines and collect the rest",
    { reason: "unexpected_body" },
  );
}
