import type { Monitor } from "../description/monitor.ts";
import {
  type CheckCondition,
  type Comparison,
  type Condition,
  type EventCondition,
  type MetricCondition,
  parseCheckCondition,
  parseEventCondition,
  parseMetricCondition,
} from "../query/mod.ts";
import { type Grouped, groupOf } from "./groups.ts";
import type { Points, Statuses } from "./points.ts";
import { valueOver } from "./window.ts";

/** What a monitor says of a group. */
export type MonitorState = "ok" | "warning" | "alert" | "no data";

/** Seconds for which a group that is new is not judged (`new_group_delay` of what we ship). */
const NEW_GROUP_DELAY = 300;
const OK = 0;
const WARNING = 1;
const CRITICAL = 2;
const UNKNOWN = 3;

/** States of the parts of one group, the one that counts most last: what is silent tells less than what is well. */
const BAD: readonly MonitorState[] = ["no data", "ok", "warning", "alert"];

/** A monitor that watches points as they come, as Datadog evaluates it. */
export class WatchedMonitor {
  readonly #condition: Condition;
  readonly #states = new Map<string, MonitorState>();
  readonly #firstSeen = new Map<string, number>();
  readonly #ofStatuses = new WeakMap<Statuses, MonitorState>();

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
    const isBeyond = (limit: number) => holds(value, comparison, limit);
    if (isBeyond(critical) || (before === "alert" && isBeyond(recovery))) return "alert";
    if (warning === undefined || warned === undefined) return "ok";
    return isBeyond(warning) || (before !== "ok" && isBeyond(warned)) ? "warning" : "ok";
  }

  #evaluateCheck({ check, over, by }: CheckCondition, points: Points, now: number): void {
    const states = new Map<string, MonitorState>();
    for (const statuses of points.checks.get(check) ?? []) {
      const group = groupOf(statuses.tags, by);
      if (group === undefined || !over.every(({ tag }) => hasTag(statuses.tags, tag))) continue;
      const state = this.#stateOf(statuses, now);
      const worst = states.get(group);
      if (worst === undefined || BAD.indexOf(state) > BAD.indexOf(worst)) states.set(group, state);
    }
    for (const [group, state] of states) this.#states.set(group, state);
  }

  /** What statuses of the same tags say; as before, where they say neither. */
  #stateOf(of: Statuses, now: number): MonitorState {
    if (this.monitor.kind !== "check") return "ok";
    const { thresholds, noDataMinutes } = this.monitor;
    if (noDataMinutes !== undefined && now - (of.times.at(-1) ?? now) >= 60 * noDataMinutes) return "no data";
    const last = (count: number | undefined, status: number) =>
      count !== undefined && of.statuses.length >= count && of.statuses.slice(-count).every((one) => one === status);
    const state = last(thresholds.critical, CRITICAL)
      ? "alert"
      : last(thresholds.warning, WARNING) || last(thresholds.unknown, UNKNOWN)
      ? "warning"
      : last(thresholds.ok, OK)
      ? "ok"
      : this.#ofStatuses.get(of) ?? "ok";
    this.#ofStatuses.set(of, state);
    return state;
  }

  #evaluateEvents({ search, window, comparison, threshold }: EventCondition, points: Points, now: number): void {
    const words = search.split(/\s+/).filter((word) => word !== "");
    const found = points.events.filter((event) =>
      event.time > now - window.seconds && event.time <= now &&
      words.every((word) =>
        word.startsWith("source:")
          ? event.source === word.slice("source:".length)
          : `${event.title} ${event.text}`.toLowerCase().includes(word.toLowerCase())
      )
    );
    this.#states.set("", holds(found.length, comparison, threshold) ? "alert" : "ok");
  }
}

function holds(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
  }
}

/** @param tag `name:value` */
function hasTag(tags: ReadonlyMap<string, string>, tag: string): boolean {
  const colon = tag.indexOf(":");
  return tags.get(tag.slice(0, colon)) === tag.slice(colon + 1);
}
