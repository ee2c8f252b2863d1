import { EncodedMetrics } from "./encoded_metrics.ts";
import type { Series } from "./series.ts";

/** What a session keeps of an instance to write its reports: one of the two. */
export class ReportMemory {
  /** For reports with objects. */
  readonly metrics = new EncodedMetrics();
  /** For reports as series; a run takes it away, and brings it back when its report is written. */
  series: Series | undefined;
}
