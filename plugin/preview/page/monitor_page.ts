import type { Frame, MonitorNow } from "../frame.ts";
import type { Layout } from "../layout.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";
import { clock } from "./format.ts";
import { monitorSummary, STATE_WORDS } from "./monitors.ts";

/** All monitors with what they watch, and the state of each of their groups. */
export class MonitorPage {
  readonly #summary = el("ul", { class: "summary" });
  readonly #list = el("ul", { class: "monitor-page" });
  readonly element = el(
    "section",
    { class: "group", "aria-label": "Monitors" },
    el("h2", {}, "What they say now"),
    this.#summary,
    this.#list,
  );
  readonly #rows: Keyed<MonitorNow>;

  constructor(messages: Layout["messages"]) {
    this.#rows = new Keyed<MonitorNow>(this.#list, (monitor) => makeRow(monitor, messages[monitor.key]), updateRow);
  }

  update({ monitors }: Frame): void {
    this.#summary.replaceChildren(...monitorSummary(monitors));
    this.#rows.show(monitors, ({ key }) => key);
  }
}

function makeRow(
  { title, description, query, priority }: MonitorNow,
  message: Layout["messages"][string] | undefined,
): HTMLElement {
  const list = (texts: readonly string[] = []) =>
    el("ul", { class: "bullets" }, ...texts.map((text) => el("li", {}, text)));
  return el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "head" },
      el("span", { class: "pill" }),
      el("h3", {}, title),
      el("span", { class: "faint" }, `P${priority}`),
    ),
    el("p", { class: "faint" }, description),
    el("p", { class: "monitor-why" }),
    el("ul", { class: "monitor-groups" }),
    el(
      "details",
      {},
      el("summary", {}, "What it tells, and its query"),
      el("p", {}, message?.what ?? ""),
      el("h4", {}, "Why it may be"),
      list(message?.why),
      el("h4", {}, "What to do"),
      list(message?.todo),
      el("code", {}, query),
    ),
  );
}

function updateRow(row: HTMLElement, { state, groups, count, why }: MonitorNow): void {
  const pill = row.querySelector(".pill");
  const [whyLine, list] = [row.querySelector(".monitor-why"), row.querySelector(".monitor-groups")];
  if (pill === null || whyLine === null || list === null) return;
  setAttribute(pill, "data-state", state);
  setText(pill, STATE_WORDS[state]);
  const left = count - groups.length;
  setText(
    whyLine,
    why !== "" ? `Not judged: ${why}.` : left > 0 && groups.length > 0 ? `${count} groups, the worst of them:` : "",
  );
  list.replaceChildren(
    ...groups.map((group) =>
      el(
        "li",
        {},
        el("span", { class: "pill", "data-state": group.state }, STATE_WORDS[group.state]),
        `${group.label}, since ${clock(group.since)}`,
      )
    ),
  );
}
