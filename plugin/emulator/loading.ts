import type { Connection } from "../runtime/serve.ts";
import { TorchServeError } from "./errors.ts";
import { waitFor } from "./fault_effects.ts";
import type { TorchServe } from "./server.ts";

/** Waits until workers that take so many milliseconds to load are there. */
export async function loaded(server: TorchServe, connection: Connection, loadMs = 0): Promise<void> {
  if (loadMs > 0) await waitFor(loadMs, AbortSignal.any([connection.gone, server.closing]));
}

export function failedToStart(name: string, version: string | undefined): TorchServeError {
  const message = `Failed to start workers for model ${name} version: ${version ?? "null"}`;
  return new TorchServeError(500, "InternalServerException", message);
}
