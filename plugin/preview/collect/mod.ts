/**
 * What runs have collected, as the page needs it: points, statuses with their messages, events, log lines, monitors.
 *
 * @module
 */
export { Collector, type RunAll } from "./collector.ts";
export { History, type HistoryOptions } from "./history.ts";
export { LogFiles, type LogFileSettings } from "./log_file.ts";
export type { Health } from "./checks.ts";
export type { KeptEvent } from "./events.ts";
export { type LogLine, LogLines, type LogSource } from "./log_lines.ts";
export type { Outage, WatchedTarget } from "./targets.ts";
