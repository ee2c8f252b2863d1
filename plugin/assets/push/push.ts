import { pipelineBody, shippedPipeline } from "../logs/mod.ts";
import type { Api } from "./api.ts";
import { type Body, dashboards, type Kind, monitors, pipelines } from "./kinds.ts";
import { pushMetadata, removeMetadata, wantedMetadata } from "./metadata.ts";
import { installedPipeline, orderPipelines } from "./pipeline_order.ts";
import type { PushState } from "./state.ts";
import { type Mode, type Outcome, pushThing, removeThing, type Wanted } from "./thing.ts";
import { Work } from "./work.ts";

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
  const work = new Work(request.onOutcome);
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
