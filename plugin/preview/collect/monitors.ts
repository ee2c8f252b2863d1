import type { Monitor } from "../../assets/mod.ts";
import { type MonitorState, type Points, WatchedMonitor } from "../../assets/evaluate/mod.ts";
import type { MonitorNow, MonitorWord } from "../frame.ts";
import { groupLabel } from "../labels.ts";

/** Metrics come every so many seconds at an Agent: monitors of metrics are judged as often, and no oftener. */
const JUDGED_EVERY = 15;
/** Groups that are listed at most, the worst ones. */
const MOST_GROUPS = 12;

const WORST: readonly MonitorWord[] = ["alert", "warning", "no data", "ok", "waiting"];
const worst = (a: MonitorWord, b: MonitorWord) => WORST.indexOf(b) < WORST.indexOf(a) ? b : a;

interface Watched {
  readonly monitor: Monitor;
  readonly watch: WatchedMonitor;
  /** Since when each group is in its state. */
  readonly since: Map<string, { readonly state: MonitorState; readonly at: number }>;
}

/** The states of the monitors, as they would be at the backend. */
export class Monitors {
  readonly #watched: readonly Watched[];
  #judgedAt = -Infinity;

  constructor(monitors: readonly Monitor[], interval: number) {
    const every = Math.max(JUDGED_EVERY, interval);
    this.#watched = monitors.map((monitor) => ({
      monitor,
      watch: new WatchedMonitor(monitor, every),
      since: new Map(),
    }));
  }

  evaluate(points: Points, now: number): void {
    const isTurn = now - this.#judgedAt >= JUDGED_EVERY;
    if (isTurn) this.#judgedAt = now;
    for (const { monitor, watch, since } of this.#watched) {
      if (monitor.kind === "metric" && !isTurn) continue;
      const states = watch.evaluate(points, now);
      for (const group of since.keys()) if (!states.has(group)) since.delete(group);
      for (const [group, state] of states) {
        if (since.get(group)?.state !== state) since.set(group, { state, at: now });
      }
    }
  }

  /** @param whyNone why a monitor has no group */
  now(whyNone: (monitor: Monitor) => string): MonitorNow[] {
    const all = this.#watched.map(({ monitor, since }) => {
      const groups = [...since].map(([group, { state, at }]) => ({ label: groupLabel(group), state, since: at }));
      const state = groups.reduce<MonitorWord>((found, { state }) => worst(found, state), "waiting");
      const shown = groups.sort((a, b) =>
        WORST.indexOf(a.state) - WORST.indexOf(b.state) || (a.label < b.label ? -1 : 1)
      );
      const { key, title, description, query, priority } = monitor;
      return {
        key,
        title,
        description,
        query,
        priority,
        state,
        groups: shown.filter(({ label }) => label !== "").slice(0, MOST_GROUPS),
        count: groups.length,
        why: groups.length === 0 ? whyNone(monitor) : "",
      };
    });
    return all.sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state) || a.priority - b.priority);
  }
}
