import type { Aggregator, Queries, Series, Step, Unit } from "../description/dashboard.ts";

/** Datadog's units by the names of `metadata.csv`; `per_unit` is a second for rates. */
const UNITS = { percent: "percent", millisecond: "millisecond", worker: "worker" } as const satisfies Record<
  Unit,
  string
>;

/** What Datadog calls the palettes of numbers. */
const NUMBER_PALETTES = {
  green: "white_on_green",
  yellow: "white_on_yellow",
  red: "white_on_red",
  gray: "white_on_gray",
} as const satisfies Record<Step["color"], string>;

/** The queries of a request, each by its name. @param aggregator of scalars; absent for time series */
export function queriesOf(queries: Queries, aggregator?: Aggregator): object[] {
  return Object.entries(queries).map(([name, query]) => ({
    data_source: "metrics",
    name,
    query,
    ...aggregator === undefined ? {} : { aggregator },
  }));
}

/** A formula as a request has it. */
export function formulaOf({ formula, label }: Pick<Series, "formula" | "label">, unit?: Unit): Record<string, unknown> {
  return {
    formula,
    ...label === undefined ? {} : { alias: label },
    ...unit === undefined ? {} : { number_format: { unit: { type: "canonical_unit", unit_name: UNITS[unit] } } },
  };
}

/** The colors of a number by its value: each holds up to where the next begins. */
export function conditionalFormats(steps: readonly Step[]): object[] {
  return steps.map(({ from, color }, i) => {
    const next = steps[i + 1]?.from;
    return next === undefined
      ? { comparator: ">=", value: from ?? 0, palette: NUMBER_PALETTES[color] }
      : { comparator: "<", value: next, palette: NUMBER_PALETTES[color] };
  });
}
