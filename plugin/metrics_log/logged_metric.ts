import type { Observations } from "./histogram.ts";
import type { Kind } from "./kind.ts";

/** One label set of one metric. */
export interface Series {
  /** As it was written first: `Level:Host|#hostname:torchserve-0`. */
  readonly labels: string;
  /** All that it was written as; several where the labels came in several orders. */
  readonly texts: string[];
  /** Of a gauge its value; of a counter all increments since this log has been followed. */
  value: number;
  /** Of a counter, in this run. */
  increment: number;
  /** Of a histogram, in this run. */
  observations: Observations | undefined;
  /** Seconds since the epoch at which it was written last. */
  seconds: number;
  /** A line of this run had it. */
  written: boolean;
}

/** One metric of the log, whatever the unit that its lines give it. */
export interface LoggedMetric {
  readonly name: string;
  /** Of the first line. */
  readonly unit: string;
  /** What the endpoint calls the label with the host's name. */
  readonly hostLabel: string;
  readonly kind: Kind;
  /** By the text of their labels. */
  readonly byText: Map<string, Series>;
  /** By their labels in order of their names. */
  readonly bySet: Map<string, Series>;
}
