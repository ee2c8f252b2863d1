import type { Report } from "../../report/mod.ts";
import { tagInDatadog } from "../query/mod.ts";

/** A series of a metric as a backend keeps it: values of a gauge, or what a counter grew by since the point before. */
export interface Series {
  readonly metric: string;
  /** Values by the names of their tags, as Datadog has them. */
  readonly tags: ReadonlyMap<string, string>;
  /** Its values are what a counter grew by: together they are a sum, where those of a gauge are a mean. */
  readonly isCounted: boolean;
  /** Seconds, rising. */
  readonly times: number[];
  readonly values: number[];
}

/** Statuses of a service check in time. */
export interface Statuses {
  readonly check: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly times: number[];
  readonly statuses: number[];
}

/** An event as a backend keeps it. */
export interface EventPoint {
  readonly time: number;
  readonly source: string;
  readonly title: string;
  readonly text: string;
}

/** Series that are kept at most: what is new beyond them is left out. */
const MOST_SERIES = 20_000;

/** What runs have collected, as a backend would keep it; only the newest part of the time. */
export class Points {
  readonly series = new Map<string, Series[]>();
  readonly checks = new Map<string, Statuses[]>();
  readonly events: EventPoint[] = [];
  readonly #byKey = new Map<string, Series>();
  readonly #checksByKey = new Map<string, Statuses>();
  /** The last totals of counters, and when they came. */
  readonly #totals = new Map<string, { readonly total: number; readonly time: number }>();

  /**
   * @param host that the host agent puts on everything
   * @param keptSeconds how far back a point is kept
   */
  constructor(readonly host: string, readonly keptSeconds: number) {}

  /** Takes in a report. @param time in seconds; never before the one of an earlier call */
  add(report: Pick<Report, "metrics" | "service_checks" | "events">, time: number): void {
    for (const { name, type, value, tags } of report.metrics) {
      const key = `${name}\n${[...tags].sort().join("\n")}`;
      const isCounted = type === "monotonic_count";
      const point = isCounted ? this.#growth(key, value, time) : value;
      if (point === undefined) continue;
      const series = this.#seriesOf(key, name, tags, isCounted);
      series?.times.push(time);
      series?.values.push(point);
    }
    for (const { name, status, tags } of report.service_checks) {
      const statuses = this.#statusesOf(`${name}\n${[...tags].sort().join("\n")}`, name, tags);
      statuses?.times.push(time);
      statuses?.statuses.push(status);
    }
    for (const { msg_title: title, msg_text: text, source_type_name: source } of report.events) {
      this.events.push({ time, source, title, text });
    }
    this.#forget(time - this.keptSeconds);
  }

  /** What a counter has grown by; `undefined` for the first point and after a reset. */
  #growth(key: string, total: number, time: number): number | undefined {
    const before = this.#totals.get(key)?.total;
    if (before === undefined && this.#totals.size >= MOST_SERIES) return undefined;
    this.#totals.set(key, { total, time });
    return before === undefined || total < before ? undefined : total - before;
  }

  #seriesOf(key: string, metric: string, tags: readonly string[], isCounted: boolean): Series | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined || this.#byKey.size >= MOST_SERIES) return known;
    const series: Series = { metric, tags: this.#tagsOf(tags), isCounted, times: [], values: [] };
    this.#byKey.set(key, series);
    const ofMetric = this.series.get(metric) ?? [];
    this.series.set(metric, [...ofMetric, series]);
    return series;
  }

  #statusesOf(key: string, check: string, tags: readonly string[]): Statuses | undefined {
    const known = this.#checksByKey.get(key);
    if (known !== undefined || this.#checksByKey.size >= MOST_SERIES) return known;
    const statuses: Statuses = { check, tags: this.#tagsOf(tags), times: [], statuses: [] };
    this.#checksByKey.set(key, statuses);
    this.checks.set(check, [...this.checks.get(check) ?? [], statuses]);
    return statuses;
  }

  #tagsOf(tags: readonly string[]): ReadonlyMap<string, string> {
    const map = new Map([["host", this.host]]);
    for (const tag of tags) {
      const at = tag.indexOf(":");
      if (at > 0) map.set(tagInDatadog(tag.slice(0, at)), tag.slice(at + 1));
    }
    return map;
  }

  /** Drops what is older, series that have nothing left included. */
  #forget(before: number): void {
    for (const [key, series] of this.#byKey) {
      const old = series.times.findIndex((time) => time >= before);
      if (old === 0) continue;
      const count = old === -1 ? series.times.length : old;
      series.times.splice(0, count);
      series.values.splice(0, count);
      if (series.times.length > 0) continue;
      this.#byKey.delete(key);
      this.series.set(series.metric, (this.series.get(series.metric) ?? []).filter((one) => one !== series));
    }
    for (const [key, { time }] of this.#totals) if (time < before) this.#totals.delete(key);
    for (const { times, statuses } of this.#checksByKey.values()) {
      const old = times.findIndex((time) => time >= before);
      // The last status stays: it tells that there was one.
      const count = Math.min(old === -1 ? times.length : old, times.length - 1);
      times.splice(0, count);
      statuses.splice(0, count);
    }
    const first = this.events.findIndex(({ time }) => time >= before);
    this.events.splice(0, first === -1 ? this.events.length : first);
  }
}
