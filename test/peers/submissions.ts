import type { Report } from "../../plugin/report/mod.ts";
import type { AgentRun } from "./agent/client.ts";

export interface MetricSubmission {
  readonly name: string;
  readonly type: string;
  readonly value: number;
  /** Sorted. */
  readonly tags: readonly string[];
  /** `""`: the host's own. */
  readonly hostname: string;
  readonly flush: boolean;
}

export interface BucketSubmission {
  readonly name: string;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly monotonic: boolean;
  readonly tags: readonly string[];
  readonly hostname: string;
  readonly flush: boolean;
}

export interface ServiceCheckSubmission {
  readonly name: string;
  readonly status: number;
  readonly tags: readonly string[];
  readonly hostname: string;
  /** Whether there is a message; its words are each side's own (docs/decisions/0010). */
  readonly explained: boolean;
}

export interface EventSubmission {
  readonly type: string;
  readonly title: string;
  readonly text: string;
  readonly alert: string;
  readonly source: string;
  readonly tags: readonly string[];
}

/** What one run of one side submitted, in a form in which both sides can be compared. */
export interface Submissions {
  readonly metrics: readonly MetricSubmission[];
  readonly buckets: readonly BucketSubmission[];
  readonly serviceChecks: readonly ServiceCheckSubmission[];
  readonly events: readonly EventSubmission[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly failed: boolean;
  /** Why, for people. */
  readonly reason: string;
}

const sorted = (tags: readonly string[]) => [...tags].sort();

/** A report of ours, as the host received it. */
export function fromReport(report: Report): Submissions {
  return {
    metrics: report.metrics.map(({ name, type, value, tags, hostname = "", flush_first_value: flush = false }) => {
      return { name, type, value, tags: sorted(tags), hostname, flush };
    }),
    buckets: report.histogram_buckets.map(
      ({ name, value, lower_bound, upper_bound, monotonic, tags, hostname = "", flush_first_value: flush = false }) => {
        const [lower, upper] = [bound(lower_bound), bound(upper_bound)];
        return { name, value, lower, upper, monotonic, tags: sorted(tags), hostname, flush };
      },
    ),
    serviceChecks: report.service_checks.map(({ name, status, tags, hostname = "", message = "" }) => {
      return { name, status, tags: sorted(tags), hostname, explained: message !== "" };
    }),
    events: report.events.map((event) => ({
      type: event.event_type,
      title: event.msg_title,
      text: event.msg_text,
      alert: event.alert_type,
      source: event.source_type_name,
      tags: sorted(event.tags),
    })),
    metadata: report.metadata,
    failed: report.status === "error",
    reason: report.error?.message ?? report.warnings.map(({ message }) => message).join("; "),
  };
}

/** What the Agent's aggregator received. Of the version's parts only the whole is kept, as in our reports. */
export function fromAgent(run: AgentRun): Submissions {
  const text = (value: unknown) => typeof value === "string" ? value : "";
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(run.metadata)) {
    if (name === "version.raw") metadata.version = value;
    else if (!name.startsWith("version.")) metadata[name] = value;
  }
  return {
    metrics: run.metrics.map(([name, type, value, tags, hostname, flush]) => {
      return { name, type, value, tags: sorted(tags), hostname, flush };
    }),
    buckets: run.buckets.map(([name, value, lower, upper, monotonic, tags, hostname, flush]) => {
      return { name, value, lower: bound(lower), upper: bound(upper), monotonic, tags: sorted(tags), hostname, flush };
    }),
    serviceChecks: run.service_checks.map(([name, status, tags, hostname, message]) => {
      return { name, status, tags: sorted(tags), hostname, explained: message !== "" };
    }),
    events: run.events.map((event) => ({
      type: text(event.event_type),
      title: text(event.msg_title),
      text: text(event.msg_text),
      alert: text(event.alert_type),
      source: text(event.source_type_name),
      tags: Array.isArray(event.tags) ? sorted(event.tags.map(text)) : [],
    })),
    metadata,
    failed: run.error !== null,
    reason: run.error ?? "",
  };
}

function bound(text: number | string): number {
  if (text === "inf") return Infinity;
  return text === "-inf" ? -Infinity : Number(text);
}
