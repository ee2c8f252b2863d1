import type { Report, ServiceCheck } from "../report/mod.ts";
import type { InstanceReport } from "./format.ts";

/** The report as people judge it: with the health of models that only they are told. */
export function judged({ report, insight }: Pick<InstanceReport, "report" | "insight">): Report {
  const models = insight?.models;
  if (models === undefined || models.isSubmitted) return report;
  const told = models.rows.map(({ model, version, health, message }): ServiceCheck => ({
    name: models.check,
    status: health,
    tags: [`model_name:${model}`, `model_version:${version}`],
    message,
  }));
  return { ...report, service_checks: [...report.service_checks, ...told] };
}
