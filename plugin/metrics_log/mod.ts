/**
 * Logs whose lines are metrics, followed from run to run: from the lines to families of samples. Of TorchServe it knows
 * no more than the form of a line.
 *
 * @module
 */
export type { Cursor } from "./cursor.ts";
export { type Followed, followLog, type FollowRun } from "./follow.ts";
export { type Declaration, type Kind } from "./kind.ts";
export { LineCollector } from "./line_collector.ts";
export { leadingSeconds } from "./line_time.ts";
export type { LogFailure, LogFileError } from "./log_error.ts";
export { type MetricKnowledge, SeriesStore, type UntypedMetric } from "./series.ts";
export { type MetricsLogState, readLogState, writeLogState } from "./state.ts";
