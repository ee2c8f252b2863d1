/**
 * Parsers of the two text formats for metrics: OpenMetrics 1.0, strict by its standard, and Prometheus' text format
 * 0.0.4 with the quoted names of 1.0.0, as tolerant as the clients in use. It knows neither servers nor agents and imports
 * nothing but `node:buffer`.
 *
 * @example Sum up what a server exposes
 * ```ts
 * import { formatOf, parse } from "openmetrics-ts";
 *
 * const text = '# TYPE requests counter\nrequests_total{code="200"} 3\nrequests_total{code="404"} 1\n# EOF\n';
 * let sum = 0;
 * parse(text, { format: formatOf("application/openmetrics-text; version=1.0.0", false) }, (family) => {
 *   for (let i = 0; i < family.length; i++) sum += family.value(i);
 * });
 * if (sum !== 4) throw new Error("a sample is missing");
 * ```
 *
 * A sample line that cannot be read is skipped and told to `onProblem`. The family that it belongs to says so too, in
 * {@linkcode MetricFamily.skipped}: which sample of which label set is missing, as far as that could be read.
 *
 * @module
 */
export { formatOf } from "./format.ts";
export { parse } from "./parse.ts";
export { OpenMetricsSyntaxError } from "./syntax_error.ts";
export type {
  LabelBlocks,
  MetricFamily,
  MetricType,
  OnFamily,
  ParseOptions,
  ParseProblem,
  ParseResult,
  SkippedSample,
  TextFormat,
} from "./types.ts";
