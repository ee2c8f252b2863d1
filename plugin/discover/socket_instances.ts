import { mapConcurrently } from "../runtime/concurrency.ts";
import { APIS } from "../torchserve/mod.ts";
import type { InstanceDraft, InstanceOptions } from "./draft.ts";
import type { LocalServer } from "./local_server.ts";
import { runInstance } from "./run_instance.ts";

/** The instances of the Unix sockets that a server has in place of ports. */
export async function draftSockets(server: LocalServer | undefined, timeoutMs: number): Promise<InstanceDraft[]> {
  if (server === undefined) return [];
  const { sockets, keyFile, settings } = server;
  const drafts = await mapConcurrently(sockets, 4, async ({ api, socket }): Promise<InstanceDraft | undefined> => {
    // Without this mode, the page is empty and the logs have the metrics.
    if (api === "metrics" && settings?.metricsMode !== "prometheus") return undefined;
    const { name, option, path } = APIS[api];
    const instance: InstanceOptions = {
      [option]: `unix://${encodeURIComponent(socket)}${path}`,
      ...(api !== "metrics" && keyFile.path !== undefined && keyFile.problem === undefined
        ? { token_key_file: keyFile.path }
        : {}),
    };
    const title = `${capitalised(name)}, Unix socket ${socket}`;
    const result = await runInstance(instance, timeoutMs);
    if (result === undefined) return undefined;
    const { problem, warnings } = result;
    return {
      comments: [`${title}${problem === undefined ? "" : `: this instance fails now: ${problem}`}.`, ...warnings],
      instance,
      suggestions: [],
      active: true,
    };
  });
  return drafts.filter((draft) => draft !== undefined);
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
