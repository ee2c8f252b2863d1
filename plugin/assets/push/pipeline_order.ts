import * as v from "valibot";
import type { Api } from "./api.ts";

const PIPELINES = "/api/v1/logs/config/pipelines";
const ORDER = "/api/v1/logs/config/pipeline-order";

const listed = v.array(v.object({
  id: v.string(),
  name: v.nullish(v.string()),
  is_read_only: v.nullish(v.boolean()),
  is_enabled: v.nullish(v.boolean()),
  filter: v.nullish(v.object({ query: v.nullish(v.string()) })),
}));
const order = v.object({ pipeline_ids: v.array(v.string()) });

/** The pipeline that Datadog installs by itself when the first log of TorchServe comes; `undefined`: there is none. */
export async function installedPipeline(
  api: Api,
): Promise<{ readonly id: string; readonly isEnabled: boolean } | undefined> {
  const found = v.parse(listed, await api.get(PIPELINES)).find(({ is_read_only: isInstalled, filter }) =>
    isInstalled === true && (filter?.query ?? "").includes("source:torchserve")
  );
  return found === undefined ? undefined : { id: found.id, isEnabled: found.is_enabled !== false };
}

/**
 * Moves our pipeline behind the installed one. The order that the API takes is that of all pipelines: those of others keep
 * their places.
 *
 * @returns whether anything was moved
 */
export async function orderPipelines(api: Api, own: string): Promise<boolean> {
  const installed = await installedPipeline(api);
  if (installed === undefined) return false;
  const { pipeline_ids: ids } = v.parse(order, await api.get(ORDER));
  const others = ids.filter((id) => id !== own);
  const at = others.indexOf(installed.id);
  if (at === -1 || ids.indexOf(own) > ids.indexOf(installed.id)) return false;
  await api.put(ORDER, { pipeline_ids: [...others.slice(0, at + 1), own, ...others.slice(at + 1)] });
  return true;
}
