import { type InstanceReport, STATUS_WORDS } from "../../formats/mod.ts";
import { oneLine } from "../../text/mod.ts";

/** Lines that follow the state: with 1 service checks and warnings, with 2 metrics as well. They hold no `|`. */
export function detailLines(reports: readonly InstanceReport[], verbose: number): string {
  const lines = verbose < 1 ? [] : reports.flatMap(({ instance, url, report }) => [
    `${instance} ${url ?? ""}: ${report.status}, ${report.stats.requests} requests in ${report.stats.duration_ms} ms`,
    ...report.service_checks.map(({ name, status, tags, message }) =>
      `  ${STATUS_WORDS[status]} ${name} ${tags.join(", ")}${message ? `: ${message}` : ""}`
    ),
    ...report.warnings.map(({ code, message }) => `  warning ${code}: ${message}`),
    ...verbose < 2 ? [] : report.metrics.map(({ name, value, tags }) => `  ${name} ${value} ${tags.join(", ")}`),
  ]);
  return lines.map((line) => `${oneLine(line).replaceAll("|", "/")}\n`).join("");
}
