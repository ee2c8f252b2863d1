import type { Comparison } from "../query/mod.ts";
import type { MonitorJson } from "./monitor_schema.ts";
import type { Place } from "./place.ts";
import { quoted } from "./by_schema.ts";

type Thresholds = MonitorJson["definition"]["options"]["thresholds"];

/** A condition on values: what is compared, and with what. */
interface Compared {
  readonly comparison: Comparison;
  readonly threshold: number;
  /** Whether values may be below 0: a change may. */
  readonly isChange: boolean;
}

/**
 * Thresholds of values: the alert's is that of the query, the warning comes before it, and each recovery is on its good
 * side, where values can be.
 *
 * @param place of the thresholds
 */
export function checkThresholds(place: Place, thresholds: Thresholds, compared: Compared): void {
  const { critical, warning, ok, unknown, critical_recovery: recovery, warning_recovery: warned } = thresholds;
  const rises = compared.comparison.startsWith(">");
  const isBetter = (a: number, b: number) => rises ? a < b : a > b;
  for (const [name, value] of Object.entries({ ok, unknown })) {
    if (value !== undefined) place.add([name], `a monitor of values has no threshold ${quoted(name)}`);
  }
  for (const [name, value] of Object.entries(thresholds)) {
    if (value !== undefined && value < 0 && !compared.isChange) {
      place.add([name], `the threshold ${value}: no value is below 0`);
    }
  }
  if (critical === undefined) {
    return place.add(["critical"], `"critical" is missing in the thresholds; the query says ${compared.threshold}`);
  }
  if (critical !== compared.threshold) {
    place.add(["critical"], `the threshold ${critical} is not the one of the query, ${compared.threshold}`);
  }
  if (warning !== undefined && !isBetter(warning, critical)) {
    place.add(["warning"], `the warning ${warning} is on the wrong side of ${critical}: it would come after the alert`);
  }
  if (recovery !== undefined && !isBetter(recovery, critical)) {
    place.add(["critical_recovery"], `the recovery ${recovery} is not on the good side of ${critical}`);
  }
  if (warned === undefined) return;
  if (warning === undefined) place.add(["warning_recovery"], "a recovery of a warning that there is not");
  else if (!isBetter(warned, warning)) {
    place.add(["warning_recovery"], `the recovery ${warned} is not on the good side of ${warning}`);
  } else if (recovery !== undefined && isBetter(recovery, warned)) {
    place.add(["critical_recovery"], `the recovery ${recovery} of the alert is behind that of the warning, ${warned}`);
  }
}

/**
 * Thresholds of a service check: how many statuses of a kind make the monitor change, of those it looks at.
 *
 * @param last how many statuses it looks at
 * @param statuses those that the check has
 */
export function checkCounts(place: Place, thresholds: Thresholds, last: number, statuses: readonly string[]): void {
  for (const [name, count] of Object.entries(thresholds)) {
    if (count === undefined) continue;
    if (name.endsWith("_recovery")) place.add([name], `a service check monitor has no ${quoted(name)}`);
    else if (!Number.isInteger(count) || count < 1) {
      place.add([name], `${name} after ${count} statuses: a whole number from 1`);
    } else if (count > last) place.add([name], `${name} after ${count} statuses, but last(${last}) looks at fewer`);
    else if (!statuses.includes(name)) {
      place.add([name], `${quoted(name)}: the check is only ever ${statuses.join(", ")}, as service_checks.json says`);
    }
  }
  for (const name of ["critical", "ok"] as const) {
    if (thresholds[name] === undefined) place.add([], `${quoted(name)} is missing in the thresholds`);
  }
}
