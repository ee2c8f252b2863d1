import type { Report } from "../../report/mod.ts";
import { oneLine } from "../../text/mod.ts";
import type { Target } from "../frame.ts";

/** What is known of an instance before it runs. */
export interface WatchedTarget {
  /** `instances[0]`. */
  readonly path: string;
  /** `openmetrics`, `inference`, `management`, `metrics_log`; absent where the configuration is wrong. */
  readonly kind?: string;
  /** What is checked, without credentials. */
  readonly url?: string;
  /** Whether `extended_metrics` is on. */
  readonly isExtended: boolean;
  /** Whether `inference_probe` is set. */
  readonly hasProbe: boolean;
}

/** A time in which a target gave nothing: `to` is absent while it lasts. */
export interface Outage {
  readonly kind: string;
  readonly from: number;
  to?: number;
}

/** Outages that are kept at most. */
const MOST_OUTAGES = 500;

/** How each instance is doing, and when it was not. */
export class Targets {
  readonly outages: Outage[] = [];
  readonly #targets = new Map<string, Target>();
  readonly #current = new Map<string, Outage>();

  constructor(readonly watched: readonly WatchedTarget[], now: number) {
    for (const { path, kind, url } of watched) {
      this.#targets.set(path, {
        name: oneLine(url ?? path),
        kind: kind ?? "configuration",
        status: "waiting",
        since: now,
        message: "its first run is under way",
        hint: "",
        milliseconds: 0,
      });
    }
  }

  /** In the order of the configuration. */
  get all(): readonly Target[] {
    return [...this.#targets.values()];
  }

  /** Some of them. @param paths of instances */
  of(paths: ReadonlySet<string>): Target[] {
    return [...this.#targets].filter(([path]) => paths.has(path)).map(([, target]) => target);
  }

  /** Takes in what a run said. */
  add(path: string, report: Report, now: number): void {
    const before = this.#targets.get(path);
    if (before === undefined) return;
    const { status, error, warnings, stats } = report;
    const message = error?.message ?? warnings.map((one) => one.message).join(" · ");
    this.#targets.set(path, {
      ...before,
      status,
      since: before.status === status ? before.since : now,
      message: oneLine(message),
      hint: oneLine(error?.hint ?? ""),
      milliseconds: Math.round(stats.duration_ms),
    });
    if (status === "error") this.#begin(path, before.kind, now);
    else this.#end(path, now);
  }

  /** Drops what ended long ago. */
  forget(before: number): void {
    const kept = this.outages.filter(({ to = Infinity }) => to >= before).slice(-MOST_OUTAGES);
    this.outages.splice(0, this.outages.length, ...kept);
  }

  #begin(path: string, kind: string, now: number): void {
    if (this.#current.has(path)) return;
    const outage: Outage = { kind, from: now };
    this.#current.set(path, outage);
    this.outages.push(outage);
  }

  #end(path: string, now: number): void {
    const outage = this.#current.get(path);
    if (outage !== undefined) outage.to = now;
    this.#current.delete(path);
  }
}
