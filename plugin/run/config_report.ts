import { type ConfigIssue, hintOf, type ValidConfig } from "../config/mod.ts";
import { type Report, ReportBuilder } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";
import { NAMESPACES, submitDown } from "./health.ts";

/** Why an instance cannot run; see {@linkcode configReport}. */
export interface InvalidConfig {
  readonly issues: readonly ConfigIssue[];
  /** What could be read of it. */
  readonly readable?: ValidConfig | undefined;
}

/**
 * The report of an instance that cannot run because of its configuration. Where its endpoint is right, it has the health
 * check of that endpoint: nobody watches it.
 */
export async function configReport({ issues, readable }: InvalidConfig): Promise<Report> {
  const report = new ReportBuilder(
    readable === undefined ? "torchserve" : NAMESPACES[readable.kind],
    readable?.options ?? {},
  );
  const errors = issues.filter(({ severity }) => severity === "error");
  for (const issue of issues) if (issue.severity === "warning") report.warn("config", issueText(issue));
  const hint = errors.find(({ suggestion, shown }) => suggestion !== undefined && shown === undefined)?.suggestion;
  const lines = errors.map(({ path, message }) => oneLine(`${path}: ${message}`));
  const message = errors.map(({ shown }, i) => shown?.join("\n") ?? lines[i]).join("\n");
  if (readable !== undefined) await submitDown(readable, report, `it is not watched: ${lines.join("\n")}`);
  return report.finish({ duration_ms: 0, requests: 0, bytes: 0 }, undefined, {
    code: "config",
    message,
    ...(hint === undefined ? {} : { hint: hintOf(hint) }),
  });
}

/** An issue of the configuration as the text of a warning. */
export function issueText({ path, message, suggestion }: ConfigIssue): string {
  return oneLine(`${path}: ${message}${suggestion === undefined ? "" : ` (${hintOf(suggestion)})`}`);
}
