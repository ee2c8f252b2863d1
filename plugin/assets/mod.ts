/**
 * The assets of the integration: dashboards and monitors, described once in `description/` and rendered for backends, the
 * log pipeline, what validates them all and what sends them.
 *
 * @module
 */
export type { Dashboard, Group, Placed, Widget } from "./description/dashboard.ts";
export type { Monitor } from "./description/monitor.ts";
