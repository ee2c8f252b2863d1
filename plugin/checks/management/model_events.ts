import type { Event } from "../../report/report.ts";
import type { ListedModel } from "./schemas.ts";

/** A model's name and the file of its default version. */
export type ModelFile = readonly [name: string, url: string];

/** The list as events compare it: a name once, with its last file. */
export function modelFiles(models: readonly ListedModel[]): ModelFile[] {
  return [...new Map(models.map(({ modelName, modelUrl }) => [modelName, modelUrl ?? ""]))];
}

/** What every event of a run has in common. */
export interface EventContext {
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly host: string;
  /** The instance's tags. */
  readonly tags: readonly string[];
}

/** The events from one full list to the next: changes and removals in the old list's order, then additions. */
export function modelEvents(
  previous: readonly ModelFile[],
  current: readonly ModelFile[],
  context: EventContext,
): Event[] {
  const before = new Map(previous);
  const now = new Map(current);
  const events: Event[] = [];
  const add = (type: string, title: string, text: string, model: string) =>
    events.push({
      timestamp: context.timestamp,
      event_type: `torchserve.management_api.${type}`,
      msg_title: title,
      msg_text: text,
      alert_type: "info",
      source_type_name: "torchserve",
      host: context.host,
      tags: [...context.tags, `model_name:${model}`],
      aggregation_key: `torchserve.management_api.model:${model}`,
    });
  for (const [model, file] of before) {
    const newFile = now.get(model);
    if (newFile === undefined) {
      add("model_removed", "A model has been removed", `The model [${model}] has been removed.`, model);
    } else if (newFile !== file) {
      add(
        "default_version_changed",
        "A new default version has been set for a model",
        `A new default version has been set for the model [${model}], from file [${file}] to file [${newFile}].`,
        model,
      );
    }
  }
  for (const [model, file] of now) {
    if (before.has(model)) continue;
    add(
      "model_added",
      "A new model has been added",
      `The model [${model}] has been added with the file [${file}].`,
      model,
    );
  }
  return events;
}
