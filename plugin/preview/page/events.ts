import type { EventRow, EventsData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Content } from "./card.ts";
import { el, Keyed } from "./dom.ts";
import { clock, dayAndClock } from "./format.ts";

/** What has happened, the newest first. */
export class EventsContent implements Content<EventsData> {
  readonly #list = el("ol", { class: "events" });
  readonly element: HTMLElement;
  readonly #rows = new Keyed<EventRow>(this.#list, makeRow, () => {});

  constructor({ title }: WidgetLayout) {
    this.element = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, this.#list);
  }

  update({ rows }: EventsData): void {
    this.#rows.show(rows, ({ time, text }) => `${time} ${text}`);
  }
}

function makeRow({ time, title, text }: EventRow): HTMLElement {
  return el(
    "li",
    {},
    el("time", { title: dayAndClock(time) }, clock(time)),
    el("span", { class: "event-title" }, title),
    el("span", { class: "event-text" }, text),
  );
}
