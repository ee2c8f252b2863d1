import type { Unit } from "../../assets/mod.ts";
import type { Expression } from "../../assets/query/mod.ts";
import type { NamedQueries } from "../../assets/evaluate/mod.ts";
import type { CatalogueEntry } from "../../catalogue/mod.ts";

/** The unit of a formula's values: the given one, or that of the only metric in it (metadata.csv). */
export function unitOf(
  formula: Expression,
  queries: NamedQueries,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
  given: Unit | undefined,
): string {
  if (given !== undefined) return given === "worker" ? "" : given;
  const query = formula.kind === "name" ? queries.get(formula.name) : undefined;
  if (query === undefined) return "";
  if (query.as === "rate") return "per second";
  const unit = catalogue.get(query.metric)?.unit ?? "";
  return unit === "request" || unit === "worker" ? "" : unit;
}
