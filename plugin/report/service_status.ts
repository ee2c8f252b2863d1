import type { ServiceStatus } from "./report.ts";

/** From bad to good: what is known to be bad comes before what is not known. */
const WORST_FIRST: readonly ServiceStatus[] = [2, 1, 3, 0];

/** The worst of statuses; OK of none. */
export function worstStatus(statuses: readonly ServiceStatus[]): ServiceStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 0;
}

/** Orders statuses from bad to good; below 0 where the first one is worse. */
export function compareStatus(a: ServiceStatus, b: ServiceStatus): number {
  return WORST_FIRST.indexOf(a) - WORST_FIRST.indexOf(b);
}
