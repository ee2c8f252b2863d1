import type { ConfigIssue } from "../config/mod.ts";
import { type Report, ReportBuilder } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";

/** The report of an instance that cannot run because of its configuration; its message has one line for each error. */
export function configReport(issues: readonly ConfigIssue[]): Report {
  const report = new ReportBuilder("torchserve", {});
  const errors = issues.filter(({ severity }) => severity === "error");
  for (const issue of issues) if (issue.severity === "warning") report.warn("config", issueText(issue));
  const hint = errors.find(({ suggestion }) => suggestion !== undefined)?.suggestion;
  return report.finish({ duration_ms: 0, requests: 0, bytes: 0 }, undefined, {
    code: "config",
    message: errors.map(({ path, message }) => oneLine(`${path}: ${message}`)).join("\n"),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** An issue of the configuration as the text of a warning. */
export function issueText({ path, message, suggestion }: ConfigIssue): string {
  return oneLine(`${path}: ${message}${suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`}`);
}
