import type { Report, ServiceStatus } from "../report/mod.ts";
import { labelOf } from "./perfdata.ts";
import { serviceStatus } from "./verdict.ts";

/** Something that is not well. */
export interface Problem {
  readonly status: ServiceStatus;
  readonly text: string;
}

/** The service checks that are not OK, with their messages. */
export function problemsOfChecks(checks: Report["service_checks"], instanceTags: readonly string[]): Problem[] {
  return checks.map((check) => {
    const label = labelOf(check, instanceTags);
    return { status: serviceStatus(check), text: check.message ? `${label}: ${check.message}` : label };
  }).filter(({ status }) => status !== 0);
}

/** What the run itself is not well with: it failed, and no service check says so, or a part is missing. */
export function problemsOfRun({ status, error, warnings, service_checks: checks }: Report): Problem[] {
  if (error !== undefined) {
    const isSaid = checks.some(({ message }) => message?.includes(error.message));
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    return isSaid ? [] : [{ status: error.code === "config" ? 3 : 2, text: `${error.message}${hint}` }];
  }
  return status === "ok" ? [] : warnings.map(({ message }) => ({ status: 1, text: message }));
}
