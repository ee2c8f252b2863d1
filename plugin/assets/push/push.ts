import * as v from "valibot";
import { mapConcurrently } from "../../runtime/concurrency.ts";
import { pipelineBody, shippedPipeline } from "../logs/mod.ts";
import { type Api, ApiError } from "./api.ts";
import { type Body, dashboards, type Kind, monitors, pipelines } from "./kinds.ts";
import { pushMetadata, removeMetadata, wantedMetadata } from "./metadata.ts";
import { installedPipeline, orderPipelines } from "./pipeline_order.ts";
import type { PushState } from "./state.ts";
import { type Mode, type Outcome, pushThing, removeThing, type Wanted } from "./thing.ts";

/** Writes that are under way at once. */
const AT_ONCE = 4;

/** What can be chosen with `--only`. */
export const PARTS = ["metadata", "pipeline", "monitors", "dashboards"] as const;
export type Part = (typeof PARTS)[number];

/** What is asked of a push. */
export interface PushRequest extends Mode {
  readonly parts: ReadonlySet<Part>;
  /** Also the log pipeline. */
  readonly withPipeline: boolean;
  /** Whom monitors tell, as `@slack-ops`. */
  readonly notify: readonly string[];
  /** Take back what was pushed. */
  readonly remove: boolean;
  /** Told of each outcome when it is known. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Brings the assets to Datadog, or takes them back: metadata, pipeline, monitors, dashboards, in this order. */
export async function push(
  api: Api,
  texts: ReadonlyMap<string, string>,
  state: PushState,
  request: PushRequest,
): Promise<Outcome[]> {
  const work = new Work(request);
  const { parts, remove } = request;
  if (parts.has("metadata")) {
    const bring = remove ? removeMetadata : pushMetadata;
    await work.all(
      wantedMetadata(texts.get("metadata.csv") ?? ""),
      ({ name }) => `metadata ${name}`,
      (one) => bring(api, one, state, request),
    );
  }
  if (parts.has("pipeline") && (request.withPipeline || (remove && state.thing("pipeline torchserve") !== undefined))) {
    await work.all([api], () => "pipeline torchserve", () => bringPipeline(api, state, request));
  }
  for (const [part, kind] of [["monitors", monitors], ["dashboards", dashboards]] as const) {
    if (!parts.has(part)) continue;
    const all = await work.ask(`the list of ${part}`, () => kind.list(api));
    if (all === undefined) continue;
    const bring = remove ? removeThing : pushThing;
    await work.all(
      wantedThings(texts, part, kind, request.notify),
      ({ key }) => `${kind.name} ${key}`,
      (one) => bring(api, one, all, state, request),
    );
  }
  return work.outcomes;
}

/** What is done, one part after the other, until the keys are refused or nothing answers. */
class Work {
  readonly outcomes: Outcome[] = [];
  readonly #onOutcome: PushRequest["onOutcome"];
  /** Why nothing more is asked. */
  #end: string | undefined;

  constructor({ onOutcome }: PushRequest) {
    this.#onOutcome = onOutcome;
  }

  /** Does something for each, some at once. */
  async all<Item>(
    items: readonly Item[],
    nameOf: (item: Item) => string,
    work: (item: Item) => Promise<Outcome>,
  ): Promise<void> {
    await mapConcurrently(items, AT_ONCE, async (item) => {
      const outcome = await this.ask(nameOf(item), () => work(item));
      if (outcome !== undefined) this.#tell(outcome);
    });
  }

  /** The answer; `undefined`, and an outcome that says so, when there is none. */
  async ask<Answer>(what: string, work: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#end !== undefined) {
      this.#tell({ what, done: "skipped", detail: this.#end });
      return undefined;
    }
    try {
      return await work();
    } catch (error) {
      if (v.isValiError(error)) {
        this.#tell({ what, done: "failed", detail: `an answer is not what the API describes: ${placeOf(error)}` });
        return undefined;
      }
      if (!(error instanceof ApiError)) throw error;
      if (error.isRefusal) this.#end = "the keys were refused before";
      if (error.isSilence) this.#end ??= "nothing answered before";
      this.#tell({ what, done: error.isRefusal ? "refused" : "failed", detail: error.message });
      return undefined;
    }
  }

  #tell(outcome: Outcome): void {
    this.outcomes.push(outcome);
    this.#onOutcome(outcome);
  }
}

/** What was wrong in an answer, without its text, which is foreign. */
function placeOf({ issues }: { readonly issues: readonly v.BaseIssue<unknown>[] }): string {
  return issues.slice(0, 3).map((issue) => `${v.getDotPath(issue) ?? "all of it"}: expected ${issue.expected}`)
    .join(", ");
}

/** The assets of a kind, as they are sent. */
export function wantedThings(
  texts: ReadonlyMap<string, string>,
  part: "monitors" | "dashboards",
  kind: Kind,
  notify: readonly string[],
): Wanted[] {
  const wanted: Wanted[] = [];
  for (const [path, text] of texts) {
    const [, key] = new RegExp(`^assets/${part}/([^/]+)\\.json$`).exec(path) ?? [];
    if (key === undefined) continue;
    const asset = JSON.parse(text) as Record<string, unknown>;
    const body = (part === "monitors" ? asset["definition"] : asset) as Body;
    const told = part === "monitors" && notify.length > 0
      ? { ...body, message: `${String(body["message"])}\n\n${notify.join(" ")}` }
      : body;
    wanted.push({ kind, key, body: kind.marked(key, told) });
  }
  return wanted;
}

async function bringPipeline(api: Api, state: PushState, request: PushRequest): Promise<Outcome> {
  const asset = await shippedPipeline();
  const wanted: Wanted = {
    kind: pipelines,
    key: "torchserve",
    body: pipelines.marked("torchserve", pipelineBody(asset)),
  };
  const all = await pipelines.list(api);
  if (request.remove) return await removeThing(api, wanted, all, state, request);
  const outcome = await pushThing(api, wanted, all, state, request);
  if (request.dry || outcome.detail === undefined || outcome.done === "edited") return outcome;
  const moved = await orderPipelines(api, outcome.detail);
  const installed = await installedPipeline(api);
  if (installed === undefined) return outcome;
  const place = moved ? "moved behind" : "behind";
  return { ...outcome, detail: `${outcome.detail}, ${place} the one that Datadog installed` };
}
