/**
 * What the integration's assets say, as data.
 *
 * @module
 */
import { csvRows } from "./csv.ts";

export { ASSETS } from "./assets.ts";
export { csvRows } from "./csv.ts";

/** What metadata.csv tells of one metric. */
export interface CatalogueEntry {
  /** Full name. */
  readonly name: string;
  readonly type: string;
  /** A unit's name, `""` where there is none. */
  readonly unit: string;
  readonly description: string;
  /** Names of the tags that each of its series has besides those of the host and of the instance (`sample_tags`). */
  readonly tags: readonly string[];
  /** It is collected with `extended_metrics` only. */
  readonly extended: boolean;
}

/** The catalogue of metrics by name, from metadata.csv; loaded when somebody looks. */
export async function loadCatalogue(): Promise<Map<string, CatalogueEntry>> {
  const { default: text } = await import("../../metadata.csv", { with: { type: "text" } });
  return readCatalogue(text);
}

/** The catalogue of metrics by name. @param text of a metadata.csv */
export function readCatalogue(text: string): Map<string, CatalogueEntry> {
  return new Map(csvRows(text).map((row) => [row["metric_name"] ?? "", catalogueEntry((column) => row[column] ?? "")]));
}

/** What a row of metadata.csv tells. @param cell the text of a column, `""` where there is none */
export function catalogueEntry(cell: (column: string) => string): CatalogueEntry {
  const description = cell("description");
  return {
    name: cell("metric_name"),
    type: cell("metric_type"),
    unit: cell("unit_name"),
    description,
    tags: cell("sample_tags").split(",").filter((tag) => tag !== ""),
    extended: description.endsWith("Needs extended_metrics."),
  };
}

/** Loads the text of each file of the assets, by its path in the repository. */
export async function embeddedFiles(): Promise<Readonly<Record<string, () => Promise<{ readonly default: unknown }>>>> {
  return (await import("./embedded.ts")).EMBEDDED;
}
