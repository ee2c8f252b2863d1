import type { Insight, Report } from "../report/mod.ts";
import { globOf } from "./glob.ts";

/** What a person wants to see of a report. */
export interface Selection {
  /** Only what is of the models of these names: a glob. */
  readonly model?: string | undefined;
  /** Only the metrics of these names: a glob. */
  readonly filter?: string | undefined;
}

const MODEL = "model_name:";

/**
 * The selected part of a report. `model` leaves metrics of such models, and service checks and events of these and of
 * the server; `filter` leaves metrics of such names. Warnings and errors stay.
 */
export function selected(report: Report, { model, filter }: Selection): Report {
  if (model === undefined && filter === undefined) return report;
  const isName = globOf(filter ?? "*");
  const isModel = globOf(model ?? "*");
  const ofModel = (tags: readonly string[], withoutModel: boolean) => {
    if (model === undefined) return true;
    const names = tags.filter((tag) => tag.startsWith(MODEL)).map((tag) => tag.slice(MODEL.length));
    return names.length === 0 ? withoutModel : names.some(isModel);
  };
  return {
    ...report,
    metrics: report.metrics.filter(({ name, tags }) => isName(name) && ofModel(tags, false)),
    histogram_buckets: report.histogram_buckets.filter(({ name, tags }) => isName(name) && ofModel(tags, false)),
    service_checks: report.service_checks.filter(({ tags }) => ofModel(tags, true)),
    events: report.events.filter(({ tags }) => ofModel(tags, true)),
  };
}

/** What is told of the selected models. */
export function selectedInsight(insight: Insight, { model }: Selection): Insight {
  if (model === undefined || insight.models === undefined) return insight;
  const isModel = globOf(model);
  return { ...insight, models: { ...insight.models, rows: insight.models.rows.filter((row) => isModel(row.model)) } };
}
