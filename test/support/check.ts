import type { Check, CheckContext, SampleContext } from "../../plugin/checks/check.ts";
import { scraperOf } from "../../plugin/checks/scrapers.ts";
import { type ConfigOf, type InstanceKind, type SampleKind, validateInstance } from "../../plugin/config/mod.ts";
import type { HttpClient } from "../../plugin/http/mod.ts";
import { ReportBuilder } from "../../plugin/report/mod.ts";
import type { Insight, Report, State } from "../../plugin/report/mod.ts";
import { submitDown } from "../../plugin/run/health.ts";

/** What a test may set besides the instance. */
export interface Circumstances {
  readonly state?: State | undefined;
  readonly hostname?: string;
  readonly nowMs?: number;
  readonly deadlineMs?: number;
  /** Takes what people are told. */
  readonly insight?: Insight;
}

/** Runs one check on an HTTP client, without the runner around it. */
export async function checkWith<Kind extends InstanceKind>(
  check: Check<Kind>,
  instance: Record<string, unknown>,
  http: HttpClient,
  { state, hostname = "host-a", nowMs = 1_000_000, deadlineMs = Infinity, insight }: Circumstances = {},
): Promise<Report> {
  const result = await validateInstance(instance, {});
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  const report = new ReportBuilder("ns", result.config.options);
  const context: CheckContext & SampleContext = {
    http,
    report,
    state,
    hostname,
    now: () => nowMs,
    deadlineMs,
    hostStartSeconds: 500,
    signal: undefined,
    ...(insight && { insight }),
    scraper: () => scraperOf(result.config as ConfigOf<SampleKind>),
  };
  const outcome = await check(result.config as ConfigOf<Kind>, context as Parameters<Check<Kind>>[1]);
  if (outcome.error !== undefined) await submitDown(result.config, report, outcome.error.message);
  return report.finish({ duration_ms: 0, ...http.stats }, outcome.state, outcome.error);
}

/** Metrics as short lines, sorted: `name{tag,tag} value`. */
export function lines(report: Report): string[] {
  return report.metrics.map(({ name, tags, value }) => `${name}{${[...tags].sort().join(",")}} ${value}`).sort();
}
