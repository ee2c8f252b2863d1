/**
 * Parsers of the two text formats for metrics: OpenMetrics 1.0, strict by its standard, and Prometheus' text format
 * 0.0.4, as tolerant as the clients in use.
 *
 * @example Sum up what a server exposes
 * ```ts
 * import { formatOf, parse } from "./mod.ts";
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
import { OpenMetricsParser } from "./openmetrics.ts";
import { Problems } from "./problems.ts";
import { PrometheusParser } from "./prometheus.ts";
import { Source } from "./source.ts";
import type { OnFamily, ParseOptions, ParseResult } from "./types.ts";

export { formatOf } from "./format.ts";
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

const DEFAULT_MAX_LINE_LENGTH = 16 * 1024 * 1024;

/**
 * Parses a text of metrics and calls back with each family.
 *
 * The family object and its columns are reused: they are valid until the callback returns. Strings taken from it are
 * copies and may be kept. The bytes are read in place and must not change meanwhile.
 *
 * Time is linear in the text's length. Memory beyond the text: a copy of it if its last line lacks a line feed or if it
 * is a string, and the columns of the largest family, 17 to 50 bytes a sample, in OpenMetrics up to 64 more for the
 * label sets seen; of a usual text that is less than its size. What a text can be made to cost (nothing but families of
 * one short line) stays below 20 times its size.
 *
 * @param text UTF-8 bytes as they came (fastest), or a string
 * @param onFamily receives the families in the order of the text; `false` ends the parse
 * @throws {OpenMetricsSyntaxError} at the first problem, when `options.strict` is set; earlier families have been
 * delivered by then. Without `strict` no text throws, but for its size:
 * @throws {RangeError} for 2 GiB of text or more
 */
export function parse(text: string | Uint8Array, options: ParseOptions, onFamily: OnFamily): ParseResult {
  const source = new Source(text);
  const problems = new Problems(source, options);
  const maxLineLength = options.maxLineLength ?? DEFAULT_MAX_LINE_LENGTH;
  const Parser = options.format === "openmetrics" ? OpenMetricsParser : PrometheusParser;
  const parser = new Parser(source, problems, onFamily, maxLineLength);
  parser.run();
  return {
    families: parser.families,
    samples: parser.samples,
    problems: problems.count,
    stopped: parser.stopped,
  };
}
