import { OpenMetricsParser } from "./openmetrics.ts";
import { readLines } from "./parser.ts";
import { Problems } from "./problems.ts";
import { PrometheusParser } from "./prometheus.ts";
import { Source } from "./source.ts";
import type { OnFamily, ParseOptions, ParseResult } from "./types.ts";

const DEFAULT_MAX_LINE_LENGTH = 16 * 1024 * 1024;
const DEFAULT_MAX_SAMPLES = 2 ** 22;

/**
 * Parses a text of metrics and calls back with each family.
 *
 * OpenMetrics has each family in one place, and the callback gets it from there. In Prometheus' format families may stand in
 * several places: they are put together first, and the callback gets them at the end of the text, in the order in which
 * their names come up.
 *
 * The family object and its columns are reused: they are valid until the callback returns. Strings taken from it are
 * copies and may be kept. The bytes are read in place and must not change meanwhile.
 *
 * Time is linear in the text's length. Memory beyond the text: a copy of it if its last line lacks a line feed or if it
 * is a string; 17 to 50 bytes a sample, of the largest family (OpenMetrics, and up to 64 more for the label sets seen) or of the
 * text (Prometheus); up to 100 bytes a family. No strings are made of what the callback does not ask for.
 *
 * @param text UTF-8 bytes as they came (fastest), or a string
 * @param onFamily receives the families in the order of the text; `false` ends the parse
 * @throws {OpenMetricsSyntaxError} at the first problem, when `options.strict` is set; families of OpenMetrics that stand
 * before it have been delivered by then. Without `strict` no text throws, but for its size:
 * @throws {RangeError} for 2 GiB of text or more
 */
export function parse(text: string | Uint8Array, options: ParseOptions, onFamily: OnFamily): ParseResult {
  const source = new Source(text);
  const problems = new Problems(source, options);
  const Parser = options.format === "openmetrics" ? OpenMetricsParser : PrometheusParser;
  const parser = new Parser(source, problems, onFamily, options.maxSamples ?? DEFAULT_MAX_SAMPLES);
  readLines(source, parser, problems, options.maxLineLength ?? DEFAULT_MAX_LINE_LENGTH);
  return {
    families: parser.families,
    samples: parser.samples,
    problems: problems.count,
    skippedLines: problems.skippedLines,
    stopped: parser.isStopped,
  };
}
