/**
 * What one run of one instance found, and what collects it.
 *
 * @module
 */
export { type BucketSubmission, type NameFilter, ReportBuilder, type SubmissionOptions } from "./builder.ts";
export type { Cause, Insight, ModelRow, Models, Note } from "./insight.ts";
export { type ColumnFamily, MetricColumns } from "./metric_columns.ts";
export {
  type Code,
  CODES,
  type Event,
  type HistogramBucket,
  type Metric,
  type Report,
  type ReportError,
  type ServiceCheck,
  type ServiceStatus,
  type State,
  type Stats,
  type SubmissionType,
  type Warning,
} from "./report.ts";
export { compareStatus, worstStatus } from "./service_status.ts";
