import type { CatalogueEntry } from "../../catalogue/mod.ts";
import { EMITTED, type EmittedMetric } from "./emitted.ts";

/** What tests have seen, as if metadata.csv told it. */
export const emittedEntries = (): [string, CatalogueEntry][] =>
  Object.entries(EMITTED.metrics).map(([name, one]) => [name, emittedEntry(name, one)]);

/** A metric as if metadata.csv told it. */
export function emittedEntry(name: string, { type, unit = "", tags }: EmittedMetric): CatalogueEntry {
  return { name, type, unit, tags, description: "", extended: false };
}
