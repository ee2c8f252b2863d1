import type { Event } from "../../report/mod.ts";
import { shown } from "./limits.ts";
import { modelTags } from "./model_tags.ts";
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

/**
 * The events from one full list to the next: changes and removals in the old list's order, then additions.
 *
 * @param most so many are made; the others are counted
 */
export function modelEvents(
  previous: readonly ModelFile[],
  current: readonly ModelFile[],
  context: EventContext,
  most: number,
): { readonly events: Event[]; readonly seen: number } {
  const before = new Map(previous);
  const now = new Map(current);
  const events: Event[] = [];
  let seen = 0;
  const add = (type: string, title: string, text: string, model: string) => {
    if (++seen > most) return;
    events.push({
      timestamp: context.timestamp,
      event_type: `torchserve.management_api.${type}`,
      msg_title: title,
      msg_text: text,
      alert_type: "info",
      source_type_name: "torchserve",
      host: context.host,
      tags: modelTags(context.tags, model),
      aggregation_key: `torchserve.management_api.model:${shown(model)}`,
    });
  };
  for (const [model, file] of before) {
    const newFile = now.get(model);
    if (newFile === undefined) {
      add("model_removed", "A model has been removed", `The model [${shown(model)}] has been removed.`, model);
    } else if (newFile !== file) {
      add(
        "default_version_changed",
        "A new default version has been set for a model",
        `A new default version has been set for the model [${shown(model)}], from file [${shown(file)}] to file ` +
          `[${shown(newFile)}].`,
        model,
      );
    }
  }
  for (const [model, file] of now) {
    if (before.has(model)) continue;
    add(
      "model_added",
      "A new model has been added",
      `The model [${shown(model)}] has been added with the file [${shown(file)}].`,
      model,
    );
  }
  return { events, seen };
}
