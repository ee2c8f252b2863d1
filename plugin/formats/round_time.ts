import type { InstanceReport } from "./format.ts";

/** When the last run of a round ended, in milliseconds since the epoch: the time of all that is in it. */
export function roundTime(reports: readonly InstanceReport[]): number {
  return reports.reduce((latest, { timeMs }) => Math.max(latest, timeMs), 0);
}
