import type { CheckCondition, Comparison, EventCondition, GroupTag, MetricCondition, Space, Window } from "./ast.ts";
import { readExpression } from "./expression.ts";
import { Scanner } from "./scanner.ts";

const METHODS: readonly Space[] = ["avg", "sum", "min", "max"];
const COMPARISONS: readonly Comparison[] = [">=", "<=", ">", "<"];
const COUNT = /[1-9]\d{0,5}/y;
const LENGTH = /[1-9]\d{0,3}[mhdw]/y;
const UNIT_SECONDS = new Map([["m", 60], ["h", 3600], ["d", 86_400], ["w", 604_800]]);

/**
 * Reads the query of a metric monitor (https://docs.datadoghq.com/api/latest/monitors/): `sum(last_10m):… > 0.05`, or with
 * `pct_change(avg(last_1h),last_1d):` in front.
 *
 * @throws {QuerySyntaxError}
 */
export function parseMetricCondition(text: string): MetricCondition {
  const scanner = new Scanner(text);
  scanner.skipSpaces();
  const as = (["pct_change", "change"] as const).find((name) => scanner.take(`${name}(`));
  const method = METHODS.find((name) => scanner.take(`${name}(`));
  if (method === undefined) throw scanner.error("avg(last_5m), sum(…), min(…) or max(…)");
  const window = readLast(scanner);
  scanner.expect(")");
  let change: MetricCondition["change"];
  if (as !== undefined) {
    scanner.expect(",");
    change = { as, ago: readLast(scanner) };
    scanner.expect(")");
  }
  scanner.expect(":");
  const expression = readExpression(scanner, true);
  return {
    kind: "metric",
    method,
    window,
    ...change === undefined ? {} : { change },
    expression,
    ...readThreshold(scanner),
  };
}

/**
 * Reads the query of a service check monitor: `"NAME".over("*").by("host").last(4).count_by_status()`.
 *
 * @throws {QuerySyntaxError}
 */
export function parseCheckCondition(text: string): CheckCondition {
  const scanner = new Scanner(text);
  scanner.skipSpaces();
  const start = scanner.offset;
  const check = scanner.quoted("the name of a service check");
  const checkAt = { start: start + 1, end: scanner.offset - 1 };
  scanner.expect(".over(");
  const over = readQuotedList(scanner, "a tag, or *").filter(({ name }) => name !== "*").map(({ name, at }) => ({
    tag: name,
    at,
  }));
  scanner.skipSpaces();
  const by = scanner.take(".by(") ? readQuotedList(scanner, "a tag to group by") : [];
  scanner.expect(".last(");
  const lastStart = scanner.offset;
  const digits = scanner.match(COUNT);
  if (digits === undefined) throw scanner.error("a number of statuses");
  const lastAt = { start: lastStart, end: scanner.offset };
  scanner.expect(")");
  scanner.expect(".count_by_status()");
  if (!scanner.isAtEnd) throw scanner.error("the end of the query");
  return { kind: "check", check, checkAt, over, by, last: Number(digits), lastAt };
}

/**
 * Reads the query of an event monitor: `events("source:torchserve").rollup("count").last("15m") > 0`.
 *
 * @throws {QuerySyntaxError}
 */
export function parseEventCondition(text: string): EventCondition {
  const scanner = new Scanner(text);
  scanner.expect("events(");
  const search = scanner.quoted("a search for events");
  scanner.expect(")");
  scanner.expect(".rollup(");
  if (scanner.quoted('"count"') !== "count") throw scanner.error('"count"', scanner.offset - 1);
  scanner.expect(")");
  const by = scanner.take(".by(") ? readQuotedList(scanner, "a tag to group by") : [];
  scanner.expect(".last(");
  scanner.expect('"');
  const window = readLength(scanner);
  scanner.expect('"');
  scanner.expect(")");
  return { kind: "event", search, by, window, ...readThreshold(scanner) };
}

function readThreshold(scanner: Scanner): Pick<MetricCondition, "comparison" | "threshold" | "thresholdAt"> {
  scanner.skipSpaces();
  const comparison = COMPARISONS.find((one) => scanner.take(one));
  if (comparison === undefined) throw scanner.error("an operator, or >, >=, < or <= and a threshold");
  scanner.skipSpaces();
  const start = scanner.offset;
  const isNegative = scanner.take("-");
  const value = scanner.number();
  if (value === undefined) throw scanner.error("a threshold");
  const thresholdAt = { start, end: scanner.offset };
  scanner.skipSpaces();
  if (!scanner.isAtEnd) throw scanner.error("the end of the query");
  return { comparison, threshold: isNegative ? -value : value, thresholdAt };
}

function readLast(scanner: Scanner): Window {
  scanner.skipSpaces();
  if (!scanner.take("last_")) throw scanner.error("last_5m, last_1h or the like");
  return readLength(scanner);
}

function readLength(scanner: Scanner): Window {
  const start = scanner.offset;
  const length = scanner.match(LENGTH);
  if (length === undefined) throw scanner.error("a length of time, as 5m, 1h, 1d or 1w");
  const seconds = Number(length.slice(0, -1)) * (UNIT_SECONDS.get(length.slice(-1)) ?? 0);
  return { seconds, at: { start, end: scanner.offset } };
}

/** Reads quoted texts with commas between them, and the parenthesis after them. */
function readQuotedList(scanner: Scanner, what: string): GroupTag[] {
  const texts: GroupTag[] = [];
  do {
    scanner.skipSpaces();
    const start = scanner.offset + 1;
    const name = scanner.quoted(what);
    texts.push({ name, at: { start, end: scanner.offset - 1 } });
    scanner.skipSpaces();
  } while (scanner.take(","));
  if (!scanner.take(")")) throw scanner.error('"," or ")"');
  scanner.skipSpaces();
  return texts;
}
