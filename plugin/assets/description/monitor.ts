/** What a monitor is, whoever evaluates it: a condition, when it wakes somebody, and what that person is told. */

/** What a person who is woken must know; renderers make a message or annotations of it. */
export interface Message {
  /** What has happened, with the values at hand. */
  readonly what: string;
  /** Why it may have happened, likeliest first. */
  readonly why: readonly string[];
  /** What to do about it, in order. */
  readonly todo: readonly string[];
  /** Where to look: widgets of the dashboards, files, documentation. */
  readonly where: readonly string[];
}

/** How Prometheus is asked the same. */
export interface PrometheusForm {
  /** Minutes for which it must be true before somebody is told: longer than a deploy makes it so. */
  readonly forMinutes: number;
  /** The condition, where it is not the translation of `query`. */
  readonly expr?: string;
  /** Labels that tell its alerts of one server apart, where they are not the tags that `query` groups by. */
  readonly labels?: readonly string[];
}

interface Common {
  /** Its file's name, and its tag `asset:KEY`. */
  readonly key: string;
  readonly title: string;
  /** Says in at most 300 characters what it watches. */
  readonly description: string;
  readonly message: Message;
  /** 1, page at once, to 5, for information. */
  readonly priority: 1 | 2 | 3 | 4 | 5;
  readonly severity: "critical" | "warning" | "info";
  readonly prometheus: PrometheusForm;
  /** Without this its metrics are never seen. */
  readonly needs?: "extended_metrics" | "inference_probe" | "gpu";
}

/** Numbers of a metric alert: the critical one is the one in the query. */
export interface Thresholds {
  readonly critical: number;
  readonly warning?: number;
  readonly critical_recovery?: number;
  readonly warning_recovery?: number;
}

/** A condition over metrics, in Datadog's language: `sum(last_10m):… > 0.05`. */
export interface MetricMonitor extends Common {
  readonly kind: "metric";
  readonly query: string;
  readonly thresholds: Thresholds;
}

/** Consecutive statuses of a service check. */
export interface CheckMonitor extends Common {
  readonly kind: "check";
  /** `"torchserve.….health".over("*").by("host","…").last(4).count_by_status()`. */
  readonly query: string;
  readonly thresholds: {
    readonly critical?: number;
    readonly warning?: number;
    readonly unknown?: number;
    readonly ok: number;
  };
  /** Minutes without any status after which somebody is told. */
  readonly noDataMinutes?: number;
}

/** Events of a kind in a window. */
export interface EventMonitor extends Common {
  readonly kind: "event";
  /** `events("source:torchserve …").rollup("count").last("15m") > 0`. */
  readonly query: string;
  readonly thresholds: Thresholds;
}

/** A monitor, written once for all backends. */
export type Monitor = MetricMonitor | CheckMonitor | EventMonitor;
