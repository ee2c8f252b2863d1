import type { CatalogueEntry } from "../../catalogue/mod.ts";

/** What the rules know besides the file that they look at. */
export interface Knowledge {
  /** The rows of metadata.csv by name. */
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
  /** The groups of the service checks in service_checks.json by name. */
  readonly checks: ReadonlyMap<string, readonly string[]>;
}
