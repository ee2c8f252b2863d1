import type { Queries, Step } from "../../assets/mod.ts";
import type { NamedQueries } from "../../assets/evaluate/mod.ts";
import { type Expression, parseFormula, parseMetricQuery } from "../../assets/query/mod.ts";
import type { Color } from "../frame.ts";

/** Queries by their names, read. */
export function named(queries: Queries): NamedQueries {
  return new Map(Object.entries(queries).map(([name, text]) => [name, parseMetricQuery(text)]));
}

/** A formula, read, with those of the queries that it names. */
export function readFormula(text: string, queries: NamedQueries): { formula: Expression; used: NamedQueries } {
  const formula = parseFormula(text);
  const words = new Set(text.match(/\w+/g) ?? []);
  return { formula, used: new Map([...queries].filter(([name]) => words.has(name))) };
}

/** Names of the tags by which queries group. */
export function groupNames(queries: NamedQueries): string[] {
  return [...new Set([...queries.values()].flatMap(({ by }) => by.map(({ name }) => name)))];
}

/** The color of a number. */
export function colorOf(value: number, steps: readonly Step[] | undefined): Color | undefined {
  return steps?.findLast(({ from = -Infinity }) => value >= from)?.color;
}

/** As many digits as anybody reads: frames are sent each second. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
