import type { ConfigIssue } from "../config/mod.ts";
import { ReportBuilder } from "../report/mod.ts";
import type { Report } from "../report/mod.ts";

/** The report of an instance that cannot run because of its configuration. */
export function configReport(issues: readonly ConfigIssue[]): Report {
  const report = new ReportBuilder("torchserve", {});
  const errors = issues.filter(({ severity }) => severity === "error");
  for (const issue of issues) if (issue.severity === "warning") report.warn("config", issueText(issue));
  const hint = errors.find(({ suggestion }) => suggestion !== undefined)?.suggestion;
  return report.finish({ duration_ms: 0, requests: 0, bytes: 0 }, undefined, {
    code: "config",
    message: errors.map(({ path, message }) => `${path}: ${message}`).join("\n"),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** An issue of the configuration as the text of a warning. */
export function issueText({ path, message, suggestion }: ConfigIssue): string {
  return `${path}: ${message}${suggestion === undefined ? "" : ` (did you mean ${suggestion}?)`}`;
}
