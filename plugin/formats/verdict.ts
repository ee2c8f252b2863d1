import type { Report, ServiceCheck, ServiceStatus } from "../report/mod.ts";

export { compareStatus, worstStatus } from "../report/mod.ts";

/** What a service check's status is called, by its number. */
export const STATUS_WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** A service check's status; what is none of the four is UNKNOWN. */
export function serviceStatus({ status }: Pick<ServiceCheck, "status">): ServiceStatus {
  const found: unknown = status;
  return found === 0 || found === 1 || found === 2 ? found : 3;
}

/** Whether a report has nothing that somebody should look at: no error, no warning, every service check OK. */
export function isWell({ status, warnings, service_checks: checks }: Report): boolean {
  return status === "ok" && warnings.length === 0 && checks.every((check) => serviceStatus(check) === 0);
}

/** The run's status, or that of its worst service check where that is worse: `OK`, `PARTIAL`, `CRITICAL`, `ERROR`. */
export function verdict({ status, service_checks: checks }: Report): string {
  if (status === "error") return "ERROR";
  const found = new Set(checks.map(serviceStatus));
  if (found.has(2)) return STATUS_WORDS[2];
  if (status === "partial") return "PARTIAL";
  return found.has(1) ? STATUS_WORDS[1] : found.has(3) ? STATUS_WORDS[3] : STATUS_WORDS[0];
}
