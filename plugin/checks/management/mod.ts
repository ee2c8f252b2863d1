import type { ConfigOf } from "../../config/mod.ts";
import type { ReportError } from "../../report/report.ts";
import type { CheckContext, Outcome } from "../check.ts";
import { mapConcurrently } from "../../runtime/concurrency.ts";
import { EarlyDescriptions } from "./early_descriptions.ts";
import { submitExtended } from "./extended_metrics.ts";
import { explainFailure } from "../findings.ts";
import { type ManagementState, readManagementState, writeManagementState } from "./state.ts";
import { modelDescriber, type ModelDescription, type Undescribed } from "./model_description.ts";
import { modelEvents, modelFiles } from "./model_events.ts";
import { modelFilter } from "./model_filter.ts";
import { fetchModelList, type ModelList } from "./model_list.ts";
import { submitModel } from "./model_metrics.ts";
import { TimedHttp } from "../timed_http.ts";
import { submitVersion } from "../torchserve_version.ts";
import { endpointOf } from "../../torchserve/mod.ts";
import { WorkerMemory } from "./worker_memory.ts";

/**
 * Crawls TorchServe's management API: the list of models, and each model's versions and workers
 * (https://pytorch.org/serve/management_api.html).
 */
export async function checkManagement(config: ConfigOf<"management">, context: CheckContext): Promise<Outcome> {
  const { options, url } = config;
  const { report, http } = context;
  const endpoint = endpointOf(config);
  const timed = options.extended_metrics
    ? { listing: new TimedHttp(http), describing: new TimedHttp(http) }
    : undefined;
  const { listing, describing } = timed ?? { listing: http, describing: http };
  const tags = [...options.tags, `management_api_url:${url}`];
  const previous = readManagementState(context.state, url);
  const fail = (error: ReportError): Outcome => {
    report.serviceCheck("health", 2, tags, error.message);
    return { state: context.state, error };
  };

  const cached = cachedList(previous, options.interval, context.now());
  const describe = modelDescriber(describing, endpoint);
  const early = new EarlyDescriptions(describe, options);
  let list: ModelList;
  try {
    list = cached ?? await fetchModelList(listing, endpoint, (models) => early.found(models));
  } catch (thrown) {
    return fail(await explainFailure(thrown, config, http));
  }
  early.end();
  if (cached === undefined) {
    report.gauge("models", list.models.length, tags);
    if (list.cut !== undefined) {
      report.missing(
        list.cut.code,
        `${list.cut.message}; ${list.models.length} models are known, and no events are derived from a partial list`,
      );
    }
  }

  const choose = await modelFilter(options);
  const { chosen, matching } = choose(list.models);
  if (matching > chosen.length) {
    report.warn("limit", `models: limit ${options.limit}, seen ${matching}, dropped ${matching - chosen.length}`);
  }
  const descriptions = await mapConcurrently(
    chosen,
    options.max_concurrency,
    (model, i) => early.of(model) ?? describe(model, i + options.max_concurrency < chosen.length),
  );
  const failures = submitDescriptions(descriptions, context, tags);
  const [first] = failures;
  if (cached !== undefined && first !== undefined && failures.length === chosen.length) return fail(first.error);
  report.serviceCheck("health", 0, tags);
  let workers: ManagementState["workers"];
  if (timed !== undefined) {
    workers = submitAllExtended(descriptions, context, tags, new WorkerMemory(previous?.workers)).entries(list.models);
    report.gauge("request.latency", timed.listing.meanMs, [...tags, "operation:list_models"]);
    report.gauge("request.latency", timed.describing.meanMs, [...tags, "operation:describe_model"]);
    await submitVersion(context, endpoint);
  }

  if (cached !== undefined || list.cut !== undefined) {
    return { state: previous === undefined ? context.state : writeManagementState({ ...previous, workers }, url) };
  }
  if (options.submit_events && previous !== undefined) {
    const about = { timestamp: context.now() / 1_000, host: context.hostname, tags };
    for (const event of modelEvents(modelFiles(previous.models), modelFiles(list.models), about)) report.event(event);
  }
  return { state: writeManagementState({ models: list.models, listedAtMs: context.now(), workers }, url) };
}

/** The remembered list, while `interval` (seconds, 0: never) has not passed. */
function cachedList(previous: ManagementState | undefined, interval: number, nowMs: number): ModelList | undefined {
  if (previous === undefined || interval <= 0) return undefined;
  const age = nowMs - previous.listedAtMs;
  return age >= 0 && age <= interval * 1_000 ? { models: [...previous.models] } : undefined;
}

/** Submits what `extended_metrics` adds for the models that were described; returns the memory, brought up to date. */
function submitAllExtended(
  descriptions: readonly (ModelDescription | Undescribed)[],
  { report, now }: CheckContext,
  tags: readonly string[],
  memory: WorkerMemory,
): WorkerMemory {
  for (const description of descriptions) {
    if (!("error" in description)) submitExtended(report, description, tags, memory, now());
  }
  return memory;
}

/** Submits what was described and says what was not; returns the models that failed. */
function submitDescriptions(
  descriptions: readonly (ModelDescription | Undescribed)[],
  { report }: CheckContext,
  tags: readonly string[],
): Undescribed[] {
  const failures: Undescribed[] = [];
  for (const description of descriptions) {
    if ("error" in description) {
      failures.push(description);
      continue;
    }
    submitModel(report, description, tags);
    for (const issue of description.issues) {
      report.missing("parse", `model ${JSON.stringify(description.model.modelName)}: ${issue}`);
    }
  }
  const late = failures.filter(({ error }) => error.code === "timeout");
  for (const { model, error } of failures) {
    if (error.code === "timeout" && late.length > 1) continue;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    report.missing(error.code, `model ${JSON.stringify(model.modelName)} was skipped: ${error.message}${hint}`);
  }
  const [first] = late;
  if (first !== undefined && late.length > 1) {
    report.missing("timeout", `${late.length} of ${descriptions.length} models were skipped: ${first.error.message}`);
  }
  return failures;
}
