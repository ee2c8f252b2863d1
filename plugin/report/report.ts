/** How the host's aggregator treats a value (the Agent's submission methods). */
export type SubmissionType =
  | "gauge"
  | "rate"
  | "count"
  | "monotonic_count"
  | "histogram"
  | "historate"
  | "distribution";

/** One value of one metric. */
export interface Metric {
  name: string;
  type: SubmissionType;
  value: number;
  tags: readonly string[];
  /** Absent: the host's own name. `""`: no host name at all (`empty_default_hostname`). */
  hostname?: string;
  /** For `monotonic_count`: count the first value from zero instead of taking it as the start. */
  flush_first_value?: boolean;
}

/** One bucket of a histogram that becomes a distribution. */
export interface HistogramBucket {
  name: string;
  /** How many observations fell into the bucket. */
  value: number;
  lower_bound: number | string;
  upper_bound: number | string;
  monotonic: boolean;
  tags: readonly string[];
  hostname?: string;
  flush_first_value?: boolean;
}

/** 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
export type ServiceStatus = 0 | 1 | 2 | 3;

export interface ServiceCheck {
  name: string;
  status: ServiceStatus;
  tags: readonly string[];
  message?: string;
  hostname?: string;
}

export interface Event {
  /** Seconds since the epoch. */
  timestamp: number;
  event_type: string;
  msg_title: string;
  msg_text: string;
  alert_type: "info" | "success" | "warning" | "error";
  source_type_name: string;
  host: string;
  tags: readonly string[];
  aggregation_key: string;
}

/** The closed list of docs/protocol.md, for errors and for warnings. */
export const CODES = [
  "config",
  "connect",
  "tls",
  "timeout",
  "auth",
  "http",
  "parse",
  "limit",
  "empty",
  "internal",
] as const;

export type Code = (typeof CODES)[number];

export interface Warning {
  code: Code;
  message: string;
}

export interface ReportError {
  code: Code;
  message: string;
  /** What the person can do about it. */
  hint?: string;
}

export interface Stats {
  /** Milliseconds from the start of the run to its report. */
  duration_ms: number;
  /** HTTP requests sent to the target. */
  requests: number;
  /** Bytes received from the target, after decompression. */
  bytes: number;
  /** Samples read from an exposition or a log. */
  samples: number;
}

/** What the next run of the same instance needs to know. Opaque to the host, which hands it back. */
export interface State {
  [key: string]: unknown;
}

/**
 * What one run of one instance found: `ok`, all that was asked for; `partial`, something is missing and `warnings` say
 * what; `error`, nothing of the target was collected and `error` says why (design, section 4).
 */
export interface Report {
  status: "ok" | "partial" | "error";
  metrics: Metric[];
  histogram_buckets: HistogramBucket[];
  service_checks: ServiceCheck[];
  events: Event[];
  metadata: Record<string, string>;
  warnings: Warning[];
  error?: ReportError;
  state?: State;
  stats: Stats;
}
