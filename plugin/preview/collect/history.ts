import type { Dashboard, Monitor } from "../../assets/mod.ts";
import { Points, thin, type ThinStep } from "../../assets/evaluate/mod.ts";
import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { InstanceReport } from "../../formats/mod.ts";
import { Checks } from "./checks.ts";
import { Events } from "./events.ts";
import type { LogLines } from "./log_lines.ts";
import { Monitors } from "./monitors.ts";
import { Targets, type WatchedTarget } from "./targets.ts";

export interface HistoryOptions {
  /** That a host agent would put on everything. */
  readonly host: string;
  /** Whole seconds between two runs. */
  readonly interval: number;
  readonly targets: readonly WatchedTarget[];
  readonly dashboards: readonly Dashboard[];
  readonly monitors: readonly Monitor[];
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly logs: LogLines;
  /** When it begins, in seconds. */
  readonly now: number;
}

/** How far back is kept, in seconds. */
const KEPT_SECONDS = 6 * 3_600;
/** How old points become fewer. */
const STEPS: readonly ThinStep[] = [{ olderThan: 600, width: 10 }, { olderThan: 3_600, width: 60 }];
/** Points that are kept at most: with more of them each stands for a longer time. */
const MOST_POINTS = 1_500_000;
/** Seconds between two times at which points are made fewer. */
const THINNED_EVERY = 30;

/** All that is known of the runs so far, in bounded memory. */
export class History {
  readonly points: Points;
  readonly targets: Targets;
  readonly checks = new Checks();
  readonly events: Events;
  readonly monitors: Monitors;
  readonly since: number;
  now: number;
  /** Rounds of runs so far. */
  rounds = 0;
  /** Points that were kept when they were counted last. */
  kept = 0;
  #coarseness = 1;
  #thinnedAt: number;

  constructor(readonly options: HistoryOptions) {
    const { host, interval, targets, monitors, now } = options;
    this.points = new Points(host, KEPT_SECONDS);
    this.targets = new Targets(targets, now);
    this.events = new Events(host);
    this.monitors = new Monitors(monitors, interval);
    this.since = this.now = this.#thinnedAt = now;
  }

  /** Takes in a round of runs. @param now the time that the round was for, in seconds; later than the one before */
  add(reports: readonly InstanceReport[], now: number): void {
    this.now = now;
    this.rounds++;
    for (const { instance, report } of reports) {
      this.points.add(report, now);
      this.targets.add(instance, report, now);
      this.checks.add(report, now);
      this.events.add(report, now);
    }
    this.monitors.evaluate(this.points, now);
    if (now - this.#thinnedAt >= THINNED_EVERY) this.#thin(now);
  }

  #thin(now: number): void {
    this.#thinnedAt = now;
    const coarser = STEPS.map(({ olderThan, width }) => ({
      olderThan: olderThan / this.#coarseness,
      width: width * this.#coarseness,
    }));
    this.kept = thin(this.points, now, coarser);
    if (this.kept > MOST_POINTS) this.#coarseness *= 2;
    const before = now - KEPT_SECONDS;
    this.targets.forget(before);
    this.checks.forget(before);
    this.events.forget(before);
  }
}
