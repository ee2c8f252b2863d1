import type { Report, ServiceCheck, ServiceStatus } from "../report/mod.ts";
import { labelOf } from "./perfdata.ts";
import { serviceStatus } from "./verdict.ts";

/** Something that is not well. */
export interface Problem {
  readonly status: ServiceStatus;
  readonly text: string;
}

/** A service check that is not OK, with its message; UNKNOWN where nobody could ask the target (docs/decisions/0075). */
export function problemOfCheck(
  check: ServiceCheck,
  { error }: Report,
  instanceTags: readonly string[],
): Problem | undefined {
  const status = error?.code === "config" ? 3 : serviceStatus(check);
  const label = labelOf(check, instanceTags);
  return status === 0 ? undefined : { status, text: check.message ? `${label}: ${check.message}` : label };
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
