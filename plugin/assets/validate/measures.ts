import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Expression, MetricQuery } from "../query/mod.ts";

/** What a value is measured in: `time: 1` and a scale of 0.001 is milliseconds. */
interface Measure {
  readonly time: number;
  readonly bytes: number;
  /** One of the value, in seconds, bytes or wholes. */
  readonly scale: number;
}

/** Units of times, sizes and shares; those of things (requests, workers) are plain numbers. */
const UNITS: Readonly<Record<string, Measure>> = {
  nanosecond: { time: 1, bytes: 0, scale: 1e-9 },
  microsecond: { time: 1, bytes: 0, scale: 1e-6 },
  millisecond: { time: 1, bytes: 0, scale: 1e-3 },
  second: { time: 1, bytes: 0, scale: 1 },
  minute: { time: 1, bytes: 0, scale: 60 },
  hour: { time: 1, bytes: 0, scale: 3_600 },
  byte: { time: 0, bytes: 1, scale: 1 },
  kibibyte: { time: 0, bytes: 1, scale: 2 ** 10 },
  mebibyte: { time: 0, bytes: 1, scale: 2 ** 20 },
  gibibyte: { time: 0, bytes: 1, scale: 2 ** 30 },
  kilobyte: { time: 0, bytes: 1, scale: 1e3 },
  megabyte: { time: 0, bytes: 1, scale: 1e6 },
  gigabyte: { time: 0, bytes: 1, scale: 1e9 },
  percent: { time: 0, bytes: 0, scale: 0.01 },
};
const PLAIN: Measure = { time: 0, bytes: 0, scale: 1 };

/** That two operands cannot be added, in words. */
export class MeasureError extends Error {
  override readonly name = "MeasureError";
}

/**
 * The unit of a formula's values, from those of its metrics: a microsecond by 1000 is a millisecond, 100 times a share a
 * percent. `""`: a plain number; `undefined`: something that has no name.
 *
 * @throws {MeasureError} where values of different units are added
 */
export function unitOf(
  formula: Expression,
  queryOf: (name: string) => MetricQuery | undefined,
  metrics: ReadonlyMap<string, CatalogueEntry>,
): string | undefined {
  const { time, bytes, scale } = measure(formula);
  const same = (one: Measure) => one.time === time && one.bytes === bytes && Math.abs(scale / one.scale - 1) < 1e-9;
  if (same(PLAIN)) return "";
  return Object.entries(UNITS).find(([, unit]) => same(unit))?.[0];

  function measure(one: Expression): Measure {
    switch (one.kind) {
      case "number":
        return one.value === 0 ? PLAIN : { ...PLAIN, scale: 1 / Math.abs(one.value) };
      case "metric":
        return measureOf(one, metrics);
      case "name": {
        const query = queryOf(one.name);
        return query === undefined ? PLAIN : measureOf(query, metrics);
      }
      case "negation":
        return measure(one.of);
      case "call":
        return one.name === "count_nonzero" || one.args[0] === undefined ? PLAIN : measure(one.args[0]);
      case "operation":
        return operation(one);
    }
  }

  function operation({ operator, left, right }: Extract<Expression, { kind: "operation" }>): Measure {
    const [a, b] = [measure(left), measure(right)];
    if (operator === "*") return { time: a.time + b.time, bytes: a.bytes + b.bytes, scale: a.scale * b.scale };
    if (operator === "/") return { time: a.time - b.time, bytes: a.bytes - b.bytes, scale: a.scale / b.scale };
    if (left.kind === "number") return b;
    if (right.kind === "number") return a;
    if (a.time !== b.time || a.bytes !== b.bytes || Math.abs(a.scale / b.scale - 1) > 1e-9) {
      throw new MeasureError(`${shown(a)} and ${shown(b)} cannot be added`);
    }
    return a;
  }
}

/** A count by `as_rate()` is one a second. */
function measureOf({ metric, as }: MetricQuery, metrics: ReadonlyMap<string, CatalogueEntry>): Measure {
  const one = UNITS[metrics.get(metric)?.unit ?? ""] ?? PLAIN;
  return as === "rate" ? { ...one, time: one.time - 1 } : one;
}

function shown({ time, bytes, scale }: Measure): string {
  const unit = Object.entries(UNITS).find(([, one]) =>
    one.time === time && one.bytes === bytes && Math.abs(scale / one.scale - 1) < 1e-9
  );
  return unit === undefined ? "plain numbers" : `${unit[0]}s`;
}

/** Whether a unit says how large a value is; others only say of what it is a number. */
export const isMeasure = (unit: string): boolean => UNITS[unit] !== undefined;
