/**
 * The assets of the integration: dashboards and monitors, described once in `description/` and rendered for backends, the
 * log pipeline, what validates them all and what sends them.
 *
 * @module
 */
import type { Dashboard } from "./description/dashboard.ts";
import type { Monitor } from "./description/monitor.ts";

export type { Dashboard } from "./description/dashboard.ts";
export type { Monitor } from "./description/monitor.ts";

/** The dashboards that are shipped. */
export async function loadDashboards(): Promise<readonly Dashboard[]> {
  return (await import("./description/dashboards/mod.ts")).DASHBOARDS;
}

/** The monitors that are shipped. */
export async function loadMonitors(): Promise<readonly Monitor[]> {
  return (await import("./description/monitors/mod.ts")).MONITORS;
}
