import * as v from "valibot";
import type { SeenWorker } from "./model_health.ts";

/** In a state: name and version of a model, then id, process id and restarts of each worker. */
export const workerMemorySchema = v.array(
  v.tuple([v.string(), v.string(), v.array(v.tuple([v.string(), v.number(), v.number()]))]),
);

/** A version and its workers. */
export type WorkerEntry = v.InferOutput<typeof workerMemorySchema>[number];

/** What runs remember of workers, from one to the next. Models that this run does not describe stay as they were. */
export class WorkerMemory {
  readonly #models = new Map<string, WorkerEntry[]>();

  constructor(entries: readonly WorkerEntry[] = []) {
    for (const entry of entries) this.#models.set(entry[0], [...this.#models.get(entry[0]) ?? [], entry]);
  }

  /** The workers of a version, by id. */
  of(model: string, version: string): Map<string, SeenWorker> {
    const entry = this.#models.get(model)?.find(([, other]) => other === version);
    return new Map(entry?.[2].map(([id, pid, restarts]) => [id, { pid, restarts }]));
  }

  /** Takes what was seen of all versions of a model. */
  remember(model: string, versions: ReadonlyMap<string, ReadonlyMap<string, SeenWorker>>): void {
    const entries = [...versions].map(([version, seen]): WorkerEntry => [
      model,
      version,
      [...seen].map(([id, { pid, restarts }]) => [id, pid, restarts]),
    ]);
    this.#models.set(model, entries);
  }

  /** For the state: the models that are still there. */
  entries(models: readonly { readonly modelName: string }[]): WorkerEntry[] {
    return models.flatMap(({ modelName }) => this.#models.get(modelName) ?? []);
  }
}
