import type { Monitor } from "../description/monitor.ts";
import {
  type CheckCondition,
  type Condition,
  type EventCondition,
  type MetricCondition,
  parseCheckCondition,
  parseEventCondition,
  parseMetricCondition,
} from "../query/mod.ts";
import { type Grouped, groupOf } from "./groups.ts";
import type { Points } from "./points.ts";
import { valueOver } from "./window.ts";

/** What a monitor says of a group. */
export type MonitorState = "ok" | "warning" | "alert" | "no data";

/** Seconds for which a group that is new is not judged (`new_group_delay` of what we ship). */
const NEW_GROUP_DELAY = 300;
const OK = 0;
const WARNING = 1;
const CRITICAL = 2;
const UNKNOWN = 3;

/** A monitor that watches points as they come, as Datadog evaluates it. */
export class WatchedMonitor {
  readonly #condition: Condition;
  readonly #states = new Map<string, MonitorState>();
  readonly #firstSeen = new Map<string, number>();

  /** @param interval seconds between two runs */
  constructor(readonly monitor: Monitor, private readonly interval: number) {
    this.#condition = monitor.kind === "metric"
      ? parseMetricCondition(monitor.query)
      : monitor.kind === "check"
      ? parseCheckCondition(monitor.query)
      : parseEventCondition(monitor.query);
  }

  /** The state of each group now. */
  evaluate(points: Points, now: number): ReadonlyMap<string, MonitorState> {
    const condition = this.#condition;
    if (condition.kind === "metric") this.#evaluateMetric(condition, points, now);
    else if (condition.kind === "check") this.#evaluateCheck(condition, points, now);
    else this.#evaluateEvents(condition, points, now);
    return this.#states;
  }

  #evaluateMetric(condition: MetricCondition, points: Points, now: number): void {
    const values = this.#valuesOf(condition, points, now);
    for (const group of [...this.#states.keys()]) if (!values.has(group)) this.#states.delete(group);
    for (const [group, value] of values) {
      const first = this.#firstSeen.get(group) ?? now;
      this.#firstSeen.set(group, first);
      if (now - first >= NEW_GROUP_DELAY) {
        this.#states.set(group, this.#judge(condition, value, this.#states.get(group)));
      }
    }
  }

  #valuesOf({ expression, window, method, change }: MetricCondition, points: Points, now: number): Grouped {
    const over = (to: number) =>
      valueOver(expression, points, { from: to - window.seconds, to }, method, this.interval);
    const current = over(now);
    if (change === undefined) return current;
    const before = over(now - change.ago.seconds);
    const changes: Grouped = new Map();
    for (const [group, value] of current) {
      const old = before.get(group);
      if (old === undefined || old === 0) continue;
      changes.set(group, change.as === "change" ? value - old : 100 * (value - old) / old);
    }
    return changes;
  }

  /** Beyond a threshold it begins, behind the recovery it ends. */
  #judge({ comparison }: MetricCondition, value: number, before: MonitorState = "ok"): MonitorState {
    if (this.monitor.kind !== "metric") return "ok";
    const { critical, warning, critical_recovery: recovery = critical, warning_recovery: warned = warning } =
      this.monitor.thresholds;
    const isBeyond = (limit: number) =>
      comparison === ">"
        ? value > limit
        : comparison === ">="
        ? value >= limit
        : comparison === "<"
        ? value < limit
        : value <= limit;
    if (isBeyond(critical) || (before === "alert" && isBeyond(recovery))) return "alert";
    if (warning === undefined || warned === undefined) return "ok";
    return isBeyond(warning) || (before !== "ok" && isBeyond(warned)) ? "warning" : "ok";
  }

  #evaluateCheck({ check, by }: CheckCondition, points: Points, now: number): void {
    if (this.monitor.kind !== "check") return;
    const { thresholds, noDataMinutes } = this.monitor;
    for (const { tags, times, statuses } of points.checks.get(check) ?? []) {
      const group = groupOf(tags, by);
      if (group === undefined) continue;
      const last = (count: number | undefined, status: number) =>
        count !== undefined && statuses.length >= count && statuses.slice(-count).every((one) => one === status);
      const before = this.#states.get(group) ?? "ok";
      if (noDataMinutes !== undefined && now - (times.at(-1) ?? now) >= 60 * noDataMinutes) {
        this.#states.set(group, "no data");
      } else if (last(thresholds.critical, CRITICAL)) this.#states.set(group, "alert");
      else if (last(thresholds.warning, WARNING) || last(thresholds.unknown, UNKNOWN)) {
        this.#states.set(group, "warning");
      } else if (last(thresholds.ok, OK)) this.#states.set(group, "ok");
      else this.#states.set(group, before);
    }
  }

  #evaluateEvents({ search, window, threshold }: EventCondition, points: Points, now: number): void {
    const words = search.split(/\s+/).filter((word) => word !== "");
    const found = points.events.filter((event) =>
      event.time > now - window.seconds && event.time <= now &&
      words.every((word) =>
        word.startsWith("source:")
          ? event.source === word.slice("source:".length)
          : `${event.title} ${event.text}`.toLowerCase().includes(word.toLowerCase())
      )
    );
    this.#states.set("", found.length > threshold ? "alert" : "ok");
  }
}
