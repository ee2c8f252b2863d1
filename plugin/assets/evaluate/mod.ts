/**
 * What the queries of dashboards and monitors say of points, as Datadog would say it.
 *
 * @module
 */
export type { Grouped, Variables } from "./groups.ts";
export { type MonitorState, WatchedMonitor } from "./monitor.ts";
export { type EventPoint, Points, type Series, type Statuses } from "./points.ts";
export { bucket, type Range, valueOver } from "./window.ts";
