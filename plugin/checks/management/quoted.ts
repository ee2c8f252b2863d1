import { clip, oneLine } from "../../text/mod.ts";
import type { ModelFilterOptions } from "./model_filter.ts";
import type { ListedModel } from "./schemas.ts";

/** Most of a name, or a pattern, in a message, in characters. */
const MAX_QUOTED = 200;
/** Most patterns, and names, that a message has. */
const MAX_LISTED = 5;

/** Why no model is described though there are some. */
export function noneMatch({ include, exclude }: ModelFilterOptions, models: readonly ListedModel[]): string {
  const patterns = (list: readonly string[]) =>
    listed(list.map((source) => JSON.stringify(oneLine(clip(source, MAX_QUOTED)))));
  const excluded = exclude.length === 0 ? "" : `, and exclude ${patterns(exclude)}`;
  return `include ${patterns(include)}${excluded} match 0 of ${models.length} models: none is described. There are ` +
    listed(models.map(quoted));
}

function listed(texts: readonly string[]): string {
  if (texts.length === 0) return "[]";
  const more = texts.length - MAX_LISTED;
  return `${texts.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** A model in a message. */
export function quoted({ modelName }: ListedModel): string {
  return JSON.stringify(oneLine(clip(modelName, MAX_QUOTED)));
}
