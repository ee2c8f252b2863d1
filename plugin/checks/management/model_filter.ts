import { compileAny, compilePattern, type Pattern } from "../../patterns/mod.ts";
import type { ListedModel } from "./schemas.ts";

/** The options that choose models. */
export interface ModelFilterOptions {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Most models that are described. */
  readonly limit: number;
}

/** Which models are described, in the order in which they are reported. */
export interface ModelChoice {
  readonly chosen: ListedModel[];
  /** How many the patterns chose, before the limit. */
  readonly matching: number;
}

export type ModelFilter = (models: readonly ListedModel[]) => ModelChoice;

/**
 * Chooses models by `include`, then `exclude`, then `limit`, as the Agent does (datadog-checks-base 38.7.0,
 * `utils/discovery/filter.py`): pattern by pattern in the order of `include`, the list's order within each. An empty
 * `include` chooses nothing.
 */
export async function modelFilter(options: ModelFilterOptions): Promise<ModelFilter> {
  const include = await Promise.all(
    options.include.map((source) => source === ".*" ? EVERYTHING : compilePattern(source)),
  );
  const exclude = options.exclude.length === 0 ? undefined : await compileAny(options.exclude);
  return (models) => {
    const matching = new Map<string, ListedModel>();
    const left = exclude === undefined ? models : models.filter(({ modelName }) => !exclude.matches(modelName));
    for (const pattern of include) {
      for (const model of left) {
        if (!matching.has(model.modelName) && pattern.matches(model.modelName)) matching.set(model.modelName, model);
      }
    }
    return { chosen: [...matching.values()].slice(0, options.limit), matching: matching.size };
  };
}

/** The default, without loading a regex engine. */
const EVERYTHING: Pattern = { source: ".*", matches: () => true };
