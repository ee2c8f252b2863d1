import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import type { Report, State } from "../../plugin/report/mod.ts";
import { checkWith } from "./check.ts";
import { type Answer, FakeHttp } from "./fake_http.ts";

/** What an instance without an endpoint tag makes of one page (Prometheus' text, unless the answer says otherwise). */
export function scrape(answer: Answer, options: object = {}, state?: State, deadlineMs = Infinity): Promise<Report> {
  return checkWith(
    checkOpenMetrics,
    { openmetrics_endpoint: "http://ts:8082/metrics", tag_by_endpoint: false, ...options },
    new FakeHttp({ "/metrics": answer }),
    { state, deadlineMs },
  );
}

/** A page in OpenMetrics; the end is added. */
export const openMetrics = (body: string): Answer => ({
  status: 200,
  headers: { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8" },
  body: `${body}# EOF\n`,
});

/** Buckets of distributions as short lines, sorted: `name{tag,tag} (lower, upper] value`. */
export function ranges(report: Report): string[] {
  return report.histogram_buckets.map(({ name, tags, lower_bound: lower, upper_bound: upper, value }) =>
    `${name}{${[...tags].sort().join(",")}} (${lower}, ${upper}] ${value}`
  ).sort();
}

/** What a state is when a host hands it to another process. */
export const handed = (state: State | undefined): State | undefined =>
  state === undefined ? undefined : JSON.parse(JSON.stringify(state));

/** All warnings, as one text. */
export const warnings = (report: Report): string => report.warnings.map(({ message }) => message).join("\n");
