import type { Need } from "../../assets/mod.ts";
import { type NamedQueries, type Series, seriesOf } from "../../assets/evaluate/mod.ts";
import type { MetricQuery } from "../../assets/query/mod.ts";
import type { History } from "../collect/mod.ts";
import { type Context, spanOf } from "./context.ts";

/** Which instances give what, by how its name begins. */
const SOURCES: readonly (readonly [prefix: string, kinds: readonly string[], option: string])[] = [
  ["torchserve.openmetrics.", ["openmetrics", "metrics_log"], "openmetrics_endpoint, and none with metrics_log"],
  ["torchserve.inference_api.", ["inference"], "inference_api_url"],
  ["torchserve.management_api.", ["management"], "management_api_url"],
];
const PROBE = "torchserve.inference_api.probe";

/** Why metric queries give nothing to see: the likeliest reason, as a sentence without its end. */
export function whyNoMetrics(queries: NamedQueries, needs: readonly Need[], context: Context): string {
  const { history, variables, catalogue } = context;
  const all = [...queries.values()];
  // What was never there says more than what happens not to be there now.
  const missing = all.filter((query) => seriesOf(history.points, { ...query, scope: [] }).length === 0);
  const asked = missing[0] ?? all[0];
  if (asked === undefined) return "it asks for nothing";
  const isExtended = catalogue.get(asked.metric)?.extended === true;
  const cause = whyNoSource(asked.metric, isExtended, history);
  if (cause !== undefined) return cause;
  if (missing.length > 0) return whyNever(asked, needs, context);
  const unseen = all.some((query) => seriesOf(history.points, query, variables).length === 0);
  if (unseen) return `nothing has ${[...variables].map(([name, value]) => `${name}:${value}`).join(", ")}`;
  const untagged = all.flatMap(({ by, metric }) => by.map(({ name }) => [name, metric] as const)).find((
    [name, metric],
  ) => history.points.series.get(metric)?.every(({ tags }) => !tags.has(name)));
  if (untagged !== undefined) return `no ${untagged[1]} has the tag ${untagged[0]}, by which it is grouped`;
  const { from } = spanOf(context);
  const isOld = all.every((query) => (newestOf(seriesOf(history.points, query, variables)) ?? 0) <= from);
  if (isOld) return "nothing came in the chosen time";
  return needs.includes("requests") ? "no model was called in the chosen time" : "there is nothing to divide by";
}

/** Why a source gives nothing: of its configuration, or of the target. `undefined` where it works. */
export function whyNoSource(name: string, isExtended: boolean, history: History): string | undefined {
  const [, kinds = [], option = ""] = SOURCES.find(([prefix]) => name.startsWith(prefix)) ?? [];
  const watched = history.targets.watched.filter(({ kind = "" }) => kinds.includes(kind));
  if (watched.length === 0) return `no instance has ${option}`;
  if (name.startsWith(PROBE) && !watched.some(({ hasProbe }) => hasProbe)) return "no inference_probe is set";
  if (isExtended && !watched.some((one) => one.isExtended)) return "extended_metrics is off";
  if (history.rounds === 0) return "the first run is under way";
  const paths = new Set(watched.map(({ path }) => path));
  const targets = history.targets.of(paths);
  const [first] = targets;
  if (targets.every(({ status }) => status === "error")) return first?.message;
  const isSilent = targets.every(({ status }) => status !== "ok") && name.startsWith("torchserve.openmetrics.");
  return isSilent ? targets.find(({ status }) => status === "partial")?.message : undefined;
}

/** Why a metric has never come from a target that works. */
function whyNever({ metric }: MetricQuery, needs: readonly Need[], { history, catalogue }: Context): string {
  if (needs.includes("gpu")) return "no GPU is in use";
  if (catalogue.get(metric)?.type === "count" && history.rounds < 2) {
    return "a counter tells something from its second run on";
  }
  if (needs.includes("requests")) return "nobody has called a model yet";
  return `TorchServe has not given ${metric} yet`;
}

/** The time of the newest point of series. */
export function newestOf(series: readonly Series[]): number | undefined {
  return series.reduce<number | undefined>((newest, { times }) => {
    const last = times.at(-1);
    return last !== undefined && (newest === undefined || last > newest) ? last : newest;
  }, undefined);
}

/** The time of the newest point of queries. */
export function newestOfQueries(queries: NamedQueries, { history, variables }: Context): number | undefined {
  return newestOf([...queries.values()].flatMap((query) => seriesOf(history.points, query, variables)));
}
