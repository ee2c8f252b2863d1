/**
 * The assets of the integration: dashboards and monitors, described once in `description/` and rendered for backends, the
 * log pipeline, what validates them all and what sends them.
 *
 * @module
 */
import type { Dashboard } from "./description/dashboard.ts";
import type { Monitor } from "./description/monitor.ts";

import type { Finding } from "./validate/findings.ts";

export type {
  Aggregator,
  CheckTiles,
  Dashboard,
  Logs,
  Need,
  Queries,
  Step,
  Table,
  TimeSeries,
  TopList,
  Unit,
  Value,
  Widget,
} from "./description/dashboard.ts";
export type { Monitor } from "./description/monitor.ts";
export type { Finding } from "./validate/findings.ts";

/** The dashboards that are shipped. */
export async function loadDashboards(): Promise<readonly Dashboard[]> {
  return (await import("./description/dashboards/mod.ts")).DASHBOARDS;
}

/** The monitors that are shipped. */
export async function loadMonitors(): Promise<readonly Monitor[]> {
  return (await import("./description/monitors/mod.ts")).MONITORS;
}

/** The assets inside this program: texts by path. */
export async function embeddedAssets(): Promise<Map<string, string>> {
  return await (await import("./asset_texts.ts")).embeddedAssets();
}

/**
 * The assets in a folder: texts by path.
 *
 * @throws {Error} when it cannot be read, or has far more than assets
 */
export async function assetsIn(folder: string): Promise<Map<string, string>> {
  return await (await import("./asset_texts.ts")).assetsIn(folder);
}

/** Backends that have assets of their own, made of the same descriptions. */
export type Renderer = "grafana" | "prometheus";

/** What a renderer wants to know. */
export interface RenderSettings {
  /** Where the files will lie; default `.`. */
  readonly output?: string;
  /** Address of the page that explains the monitors. */
  readonly runbooks?: string | undefined;
}

/** What is made for a backend: texts by path. */
export async function renderedAssets(
  renderer: Renderer,
  { output = ".", runbooks }: RenderSettings = {},
): Promise<Map<string, string>> {
  switch (renderer) {
    case "grafana":
      return await (await import("./grafana/rendered.ts")).renderedDashboards(output);
    case "prometheus":
      return await (await import("./prometheus/rendered.ts")).renderedRules(runbooks);
  }
}

/**
 * All that is wrong with assets, file by file.
 *
 * @param whole also the log pipeline and the configuration, which take as long as all the rest
 */
export async function validateAssets(texts: ReadonlyMap<string, string>, whole?: boolean): Promise<Finding[]> {
  return await (await import("./validate/mod.ts")).validateAssets(texts, whole);
}
