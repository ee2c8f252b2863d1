import type { Report } from "../report/mod.ts";
import { serviceStatus } from "./verdict.ts";

/** How a command ends. */
export const EXIT = {
  fine: 0,
  /** A check failed, nothing was found, or the output could not be written. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
} as const;

/** From what on a run counts as failed (`--fail-on`). */
export const FAIL_ON = ["warning", "critical", "never"] as const;
export type FailOn = typeof FAIL_ON[number];

/** The exit status of a round. */
export type ExitPolicy = (reports: readonly Report[], failOn: FailOn) => number;

/**
 * The exit status for people: 2, an instance cannot run because of its configuration; 1, a run ended in `error` or a
 * service check is CRITICAL, with `warning` also where a check is WARNING or UNKNOWN or a run `partial`; 0, all well.
 */
export const statusForPeople: ExitPolicy = (reports, failOn) =>
  reports.reduce<number>((worst, report) => Math.max(worst, statusOf(report, failOn)), EXIT.fine);

function statusOf({ status, error, service_checks: checks }: Report, failOn: FailOn): number {
  if (error?.code === "config") return EXIT.usage;
  if (failOn === "never") return EXIT.fine;
  const isStrict = failOn === "warning";
  const failed = status === "error" || (isStrict && status === "partial") ||
    checks.some((check) => isStrict ? serviceStatus(check) !== 0 : serviceStatus(check) === 2);
  return failed ? EXIT.failed : EXIT.fine;
}

/**
 * The exit status for hosts that throw all output of a run with another status away: 0 whenever the output is whole,
 * also when targets are down, which service checks say. 2 where the configuration is so wrong that nothing can say so.
 */
export const statusForBatches: ExitPolicy = (reports) =>
  reports.length > 0 &&
    reports.every(({ error, service_checks: checks }) => error?.code === "config" && checks.length === 0)
    ? EXIT.usage
    : EXIT.fine;
