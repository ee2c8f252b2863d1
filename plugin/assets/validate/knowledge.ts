import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { MonitorFacts } from "./monitor_facts.ts";
import type { Searched } from "./searches.ts";

/** What the rules know besides the file that they look at. */
export interface Knowledge {
  /** The rows of metadata.csv by name. */
  readonly metrics: ReadonlyMap<string, CatalogueEntry>;
  /** The service checks in service_checks.json by name. */
  readonly checks: ReadonlyMap<string, CheckFacts>;
  /** What log searches may look at. */
  readonly searched: Searched;
}

/** What service_checks.json tells of a check. */
export interface CheckFacts {
  readonly groups: readonly string[];
  readonly statuses: readonly string[];
}

/** What dashboards are held against besides. */
export interface DashboardKnowledge extends Knowledge {
  readonly monitors: readonly MonitorFacts[];
}

/** The template variables of a dashboard, each with its tag. */
export type Variables = ReadonlyMap<string, string>;
