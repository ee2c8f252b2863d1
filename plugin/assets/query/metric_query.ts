import type { GroupTag, MetricQuery, ScopeTerm, Space } from "./ast.ts";
import { Scanner } from "./scanner.ts";

const SPACES: readonly Space[] = ["avg", "sum", "min", "max"];
const START = /(?:avg|sum|min|max|count):/y;
const NAME = /[a-zA-Z][a-zA-Z0-9_.]*/y;
const TAG = /[a-zA-Z][a-zA-Z0-9_./-]*/y;
/** Neither a pattern nor a variable: those would mean one thing in Datadog and another in Prometheus. */
const VALUE = /[^,{}\s*$]+/y;
const VARIABLE = /[a-zA-Z][a-zA-Z0-9_]*/y;
const BY = /by(?=[\s{])/y;
const METHOD = /[a-z]+/y;
const SECONDS = /\d{1,7}/y;

/** Whether a metric query comes next. */
export function isMetricQueryNext(scanner: Scanner): boolean {
  START.lastIndex = scanner.offset;
  return START.test(scanner.text);
}

/**
 * Reads a query of one metric.
 *
 * @throws {QuerySyntaxError} when it is none, or has more than our subset of the language
 * @example
 * ```ts
 * const query = parseMetricQuery("sum:torchserve.openmetrics.inference.count{$host} by {model_name}.as_rate()");
 * if (query.by[0]?.name !== "model_name" || query.as !== "rate") throw new Error("it was misread");
 * ```
 */
export function parseMetricQuery(text: string): MetricQuery {
  const scanner = new Scanner(text);
  scanner.skipSpaces();
  const query = readMetricQuery(scanner);
  scanner.skipSpaces();
  if (!scanner.isAtEnd) throw scanner.error("the end of the query");
  return query;
}

/** Reads a query of one metric that starts here. */
export function readMetricQuery(scanner: Scanner): MetricQuery {
  const start = scanner.offset;
  const space = SPACES.find((name) => scanner.take(`${name}:`));
  if (space === undefined) throw scanner.error("avg:, sum:, min: or max:");
  const metricStart = scanner.offset;
  const metric = scanner.match(NAME);
  if (metric === undefined) throw scanner.error("the name of a metric");
  const metricAt = { start: metricStart, end: scanner.offset };
  const scope = readScope(scanner);
  const end = scanner.offset;
  scanner.skipSpaces();
  const grouped = scanner.match(BY) !== undefined;
  if (!grouped) scanner.offset = end;
  const by = grouped ? readBy(scanner) : [];
  let as: MetricQuery["as"];
  let rollup: MetricQuery["rollup"];
  while (scanner.take(".")) {
    if (as === undefined && scanner.take("as_count()")) as = "count";
    else if (as === undefined && scanner.take("as_rate()")) as = "rate";
    else if (rollup === undefined && scanner.take("rollup(")) rollup = readRollup(scanner);
    else throw scanner.error("as_count(), as_rate() or rollup(method, seconds)");
  }
  return {
    kind: "metric",
    space,
    metric,
    metricAt,
    scope,
    by,
    ...as === undefined ? {} : { as },
    ...rollup === undefined ? {} : { rollup },
    at: { start, end: scanner.offset },
  };
}

/** Reads `{*}`, `{}` or `{term, term}`. */
function readScope(scanner: Scanner): ScopeTerm[] {
  if (!scanner.take("{")) throw scanner.error('"{" and a scope');
  scanner.skipSpaces();
  if (scanner.take("*")) {
    scanner.skipSpaces();
    if (!scanner.take("}")) throw scanner.error('"}"');
    return [];
  }
  const terms: ScopeTerm[] = [];
  while (!scanner.take("}")) {
    if (terms.length > 0) {
      if (!scanner.take(",")) throw scanner.error('"," or "}"');
      scanner.skipSpaces();
    }
    terms.push(readTerm(scanner));
    scanner.skipSpaces();
  }
  if (terms.length === 0) throw scanner.error("a scope, or *", scanner.offset - 1);
  return terms;
}

function readTerm(scanner: Scanner): ScopeTerm {
  const start = scanner.offset;
  const negated = scanner.take("!");
  if (scanner.take("$")) {
    const name = scanner.match(VARIABLE);
    if (name === undefined) throw scanner.error("the name of a template variable");
    return { kind: "variable", name, negated, at: { start, end: scanner.offset } };
  }
  const key = scanner.match(TAG);
  if (key === undefined) throw scanner.error("a tag, a template variable or *");
  if (!scanner.take(":")) throw scanner.error(`":" and a value of the tag ${key}`);
  const value = scanner.match(VALUE);
  if (value === undefined) throw scanner.error(`a value of the tag ${key}, without * and $`);
  return { kind: "tag", key, value, negated, at: { start, end: scanner.offset } };
}

function readBy(scanner: Scanner): GroupTag[] {
  scanner.skipSpaces();
  if (!scanner.take("{")) throw scanner.error('"{" and tags to group by');
  const tags: GroupTag[] = [];
  do {
    scanner.skipSpaces();
    const start = scanner.offset;
    const name = scanner.match(TAG);
    if (name === undefined) throw scanner.error("a tag to group by");
    tags.push({ name, at: { start, end: scanner.offset } });
    scanner.skipSpaces();
  } while (scanner.take(","));
  if (!scanner.take("}")) throw scanner.error('"," or "}"');
  return tags;
}

function readRollup(scanner: Scanner): NonNullable<MetricQuery["rollup"]> {
  scanner.skipSpaces();
  const word = scanner.match(METHOD);
  const method = SPACES.find((name) => name === word);
  if (method === undefined) throw scanner.error("avg, sum, min or max", scanner.offset - (word?.length ?? 0));
  scanner.skipSpaces();
  let seconds: number | undefined;
  if (scanner.take(",")) {
    scanner.skipSpaces();
    const digits = scanner.match(SECONDS);
    if (digits === undefined) throw scanner.error("a number of seconds");
    seconds = Number(digits);
    scanner.skipSpaces();
  }
  if (!scanner.take(")")) throw scanner.error('")"');
  return seconds === undefined ? { method } : { method, seconds };
}
