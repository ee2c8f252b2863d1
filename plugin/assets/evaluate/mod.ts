/**
 * What the queries of dashboards and monitors say of points, as Datadog would say it.
 *
 * @module
 */
export { type Grouped, isInScope, seriesOf, type Variables } from "./groups.ts";
export { course, type NamedQueries, scalar } from "./formula.ts";
export { type MonitorState, WatchedMonitor } from "./monitor.ts";
export { type EventPoint, Points, type Series, type Statuses } from "./points.ts";
export { thin, type ThinStep } from "./thin.ts";
export { bucket, buckets, type Range, valueOver } from "./window.ts";
