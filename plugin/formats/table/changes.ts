import type { InstanceMemory } from "./memory.ts";
import type { Submission } from "./submissions.ts";
import { readable } from "./values.ts";

/** What became of a metric since the last round. */
export interface Change {
  /** `+` where that did not have it, `~` where it had another value, else `""`. */
  readonly mark: string;
  /** By how much it grew, or what it was; `""` where nothing is to be said. */
  readonly text: string;
}

/** What became of each metric since the last round; the memory takes in what is there now. */
export function changesOf(
  all: readonly Submission[],
  unitOf: (name: string) => string,
  memory: InstanceMemory,
): ReadonlyMap<Submission, Change> {
  return new Map(all.map((one) => {
    const { name, type, label, value } = one;
    const before = memory.value(JSON.stringify([name, type, label]), value);
    if (before === undefined) return [one, { mark: memory.isKnown ? "+" : "", text: "" }];
    return [one, { mark: before === value ? "" : "~", text: changed(before, one, unitOf(name), memory.seconds) }];
  }));
}

function changed(before: number, { name, value, type, isTotal }: Submission, unit: string, seconds: number): string {
  if (type === "count") return seconds > 0 ? perSecond(value, unit, seconds) : "";
  if (!isTotal) return before === value ? "" : `was ${readable(before, unit, name)}`;
  if (value < before) return `started anew, was ${readable(before, unit)}`;
  if (value === before) return "+0";
  const growth = value - before;
  return `+${readable(growth, measure(unit))}${seconds > 0 ? `, ${perSecond(growth, unit, seconds)}` : ""}`;
}

function perSecond(value: number, unit: string, seconds: number): string {
  return `${readable(Number((value / seconds).toPrecision(3)), measure(unit))}/s`;
}

/** What is counted stands with the total already; bytes and durations are told in units of their own. */
const measure = (unit: string) => COUNTED.has(unit) ? "" : unit;
const COUNTED = new Set(["request", "worker"]);
