import type { ValidConfig } from "../config/mod.ts";
import { compileAny } from "../patterns/mod.ts";
import type { NameFilter } from "../report/mod.ts";

/** `metric_patterns`: `exclude` is stronger than `include`; empty entries are passed over. */
export async function compileNameFilter({ options }: ValidConfig): Promise<NameFilter | undefined> {
  const { include = [], exclude = [] } = options.metric_patterns ?? {};
  if (include.length + exclude.length === 0) return undefined;
  const compile = async (patterns: readonly string[]) => {
    const filled = patterns.filter((pattern) => pattern !== "");
    return filled.length === 0 ? undefined : await compileAny(filled);
  };
  const [included, excluded] = [await compile(include), await compile(exclude)];
  return (name) => excluded?.matches(name) !== true && (included?.matches(name) ?? true);
}
