import type { MonitorNow, MonitorsData, MonitorWord } from "../frame.ts";
import type { Content } from "./card.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";

/** What states are called. */
export const STATE_WORDS: Readonly<Record<MonitorWord, string>> = {
  alert: "ALERT",
  warning: "WARN",
  "no data": "NO DATA",
  ok: "OK",
  waiting: "–",
};
const STATES: readonly MonitorWord[] = ["alert", "warning", "no data", "ok", "waiting"];
const LONG_WORDS: Readonly<Record<MonitorWord, string>> = {
  alert: "alert",
  warning: "warn",
  "no data": "have no data",
  ok: "ok",
  waiting: "not judged",
};

/** How many monitors are in each state. */
export function monitorSummary(monitors: readonly MonitorNow[]): HTMLElement[] {
  return STATES.flatMap((state) => {
    const count = monitors.filter((monitor) => monitor.state === state).length;
    return count === 0 ? [] : [el("li", { "data-state": state }, `${count} ${LONG_WORDS[state]}`)];
  });
}

/** Monitors and their states, the worst first. */
export class MonitorsContent implements Content<MonitorsData> {
  readonly #summary = el("ul", { class: "summary" });
  readonly #list = el("ul", { class: "monitor-list" });
  readonly element = el(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Monitors by state" },
    this.#summary,
    this.#list,
  );
  readonly #rows = new Keyed<MonitorNow>(this.#list, makeRow, updateRow);

  update({ monitors }: MonitorsData): void {
    this.#summary.replaceChildren(...monitorSummary(monitors));
    this.#rows.show(monitors, ({ key }) => key);
  }
}

function makeRow({ title }: MonitorNow): HTMLElement {
  return el(
    "li",
    {},
    el("span", { class: "pill" }),
    el("span", { class: "monitor-title" }, title),
    el("span", { class: "monitor-where" }),
  );
}

function updateRow(row: HTMLElement, { state, groups, why }: MonitorNow): void {
  const [pill, , where] = row.children;
  if (pill === undefined || where === undefined) return;
  setAttribute(pill, "data-state", state);
  setText(pill, STATE_WORDS[state]);
  const bad = groups.filter((group) => group.state !== "ok");
  setText(where, state === "waiting" ? why : bad.map(({ label }) => label).join(", "));
}
