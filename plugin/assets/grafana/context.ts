import type { CatalogueEntry } from "../../catalogue/mod.ts";

/** What the renderer knows besides a dashboard. */
export interface GrafanaContext {
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
}
