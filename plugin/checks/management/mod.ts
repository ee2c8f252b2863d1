import type { ConfigOf } from "../../config/mod.ts";
import type { ReportBuilder, ReportError } from "../../report/mod.ts";
import { endpointOf } from "../../torchserve/mod.ts";
import type { CheckContext, Outcome } from "../check.ts";
import { explainFailure } from "../findings.ts";
import { TimedHttp } from "../timed_http.ts";
import { submitVersion } from "../torchserve_version.ts";
import { type Crawl, Crawler } from "./crawler.ts";
import type { Description } from "./description_queue.ts";
import { submitExtended } from "./extended_metrics.ts";
import { judgeVersions, MODEL_HEALTH, modelRows } from "./judged_models.ts";
import { MAX_EVENTS } from "./limits.ts";
import type { Undescribed } from "./model_description.ts";
import { modelEvents, modelFiles } from "./model_events.ts";
import type { ModelList } from "./model_list.ts";
import { submitModel } from "./model_metrics.ts";
import { noneMatch, quoted } from "./quoted.ts";
import { type ManagementState, readManagementState, writeManagementState } from "./state.ts";
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
  const tags = [...options.tags, `management_api_url:${url}`];
  const previous = readManagementState(context.state, url);
  const fail = (error: ReportError): Outcome => ({ state: context.state, error });

  const defaultsOnlyAtMs = recent(previous?.defaultsOnlyAtMs, context.now());
  const crawler = new Crawler(timed ?? { listing: http, describing: http }, endpoint, {
    ...options,
    describesDefaultsOnly: defaultsOnlyAtMs !== undefined,
  });
  const cached = cachedList(previous, options.interval, context.now());
  let crawl: Crawl;
  try {
    crawl = await crawler.crawl(cached);
  } catch (thrown) {
    return fail(await explainFailure(thrown, config, http));
  }
  const { list, chosen, matching, descriptions } = crawl;
  context.onModels?.(descriptions);
  if (!crawl.isCached) {
    report.gauge("models", list.models.length, tags);
    if (list.cut !== undefined) {
      report.missing(
        list.cut.code,
        `${list.cut.message}; ${list.models.length} models are known, and no events are derived from a partial list`,
      );
    }
  }
  if (matching > chosen.length) {
    report.missing("limit", `models: limit ${options.limit}, seen ${matching}, dropped ${matching - chosen.length}`);
    context.insight?.notes.push({
      text:
        `limit ${options.limit} leaves out ${matching - chosen.length} of ${matching} models. To have them all, put ` +
        "this into the instance:",
      paste: [`limit: ${matching}`],
    });
  }
  if (matching === 0 && list.models.length > 0) report.warn("empty", noneMatch(options, list.models));
  if (crawler.describesDefaultsOnly) report.missing("http", DEFAULTS_ONLY);
  const failures = submitDescriptions(descriptions, report, tags);
  const [first] = failures;
  if (crawl.isCached && first !== undefined && failures.length === chosen.length) return fail(first.error);
  report.serviceCheck("health", 0, tags);
  let workers: ManagementState["workers"];
  if (timed !== undefined || context.insight !== undefined) {
    const memory = new WorkerMemory(previous?.workers);
    const judged = descriptions.flatMap((each) => "error" in each ? [] : judgeVersions(each, memory, context.now()));
    workers = memory.entries(list.models);
    if (context.insight !== undefined) {
      context.insight.models = {
        check: `${report.namespace}.${MODEL_HEALTH}`,
        isSubmitted: timed !== undefined,
        rows: judged.flatMap(modelRows),
      };
    }
    if (timed !== undefined) { for (const model of judged) submitExtended(report, model, tags, context.now()); }
  }
  if (timed !== undefined) {
    report.gauge("request.latency", timed.listing.meanMs, [...tags, "operation:list_models"]);
    report.gauge("request.latency", timed.describing.meanMs, [...tags, "operation:describe_model"]);
    await submitVersion(context, endpoint);
  }

  const defaultsOnly = crawler.describesDefaultsOnly ? { defaultsOnlyAtMs: defaultsOnlyAtMs ?? context.now() } : {};
  if (crawl.isCached || list.cut !== undefined) {
    if (previous === undefined) return { state: context.state };
    const { models, listedAtMs } = previous;
    return { state: writeManagementState({ models, listedAtMs, workers, ...defaultsOnly }, url) };
  }
  if (options.submit_events && previous !== undefined) submitEvents(previous, list, context, tags);
  const state = { models: list.models, listedAtMs: context.now(), workers, ...defaultsOnly };
  return { state: writeManagementState(state, url) };
}

/** Said once, not for each model. */
const DEFAULTS_ONLY =
  "GET models/{name}/all is not there, as where TorchServe's inference_address and management_address are the same: " +
  "only the default version of each model is described; give the two APIs an address each to watch all versions";

/** How long it is remembered that a server describes default versions only, in milliseconds. */
const DEFAULTS_ONLY_MS = 3_600_000;

/** A time that is not longer ago than {@linkcode DEFAULTS_ONLY_MS}. */
function recent(atMs: number | undefined, nowMs: number): number | undefined {
  if (atMs === undefined) return undefined;
  const age = nowMs - atMs;
  return age >= 0 && age <= DEFAULTS_ONLY_MS ? atMs : undefined;
}

/** The remembered list, while `interval` (seconds, 0: never) has not passed. */
function cachedList(previous: ManagementState | undefined, interval: number, nowMs: number): ModelList | undefined {
  if (previous === undefined || interval <= 0) return undefined;
  const age = nowMs - previous.listedAtMs;
  return age >= 0 && age <= interval * 1_000 ? { models: [...previous.models] } : undefined;
}

function submitEvents(
  previous: ManagementState,
  list: ModelList,
  { report, now, hostname }: CheckContext,
  tags: readonly string[],
): void {
  const about = { timestamp: now() / 1_000, host: hostname, tags };
  const { events, seen } = modelEvents(modelFiles(previous.models), modelFiles(list.models), about, MAX_EVENTS);
  for (const event of events) report.event(event);
  if (seen > events.length) {
    report.missing("limit", `events: limit ${MAX_EVENTS}, seen ${seen}, dropped ${seen - events.length}`);
  }
}

/** Submits what was described and says what was not; returns the models that failed. */
function submitDescriptions(
  descriptions: readonly Description[],
  report: ReportBuilder,
  tags: readonly string[],
): Undescribed[] {
  const failures: Undescribed[] = [];
  for (const description of descriptions) {
    if ("error" in description) {
      failures.push(description);
      continue;
    }
    submitModel(report, description, tags);
    for (const { code, message } of description.issues) {
      report.missing(code, `model ${quoted(description.model)}: ${message}`);
    }
  }
  const late = failures.filter(({ error }) => error.code === "timeout");
  for (const { model, error } of failures) {
    if (error.code === "timeout" && late.length > 1) continue;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    report.missing(error.code, `model ${quoted(model)} was skipped: ${error.message}${hint}`);
  }
  const [first] = late;
  if (first !== undefined && late.length > 1) {
    report.missing("timeout", `${late.length} of ${descriptions.length} models were skipped: ${first.error.message}`);
  }
  return failures;
}
