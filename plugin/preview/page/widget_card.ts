import type { Frame, WidgetData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import { CheckTilesContent } from "./check_tiles.ts";
import { ChartContent } from "./chart.ts";
import type { Content, Shared } from "./card.ts";
import { el, setAttribute, setText } from "./dom.ts";
import { EventsContent } from "./events.ts";
import { clock } from "./format.ts";
import { LogsContent } from "./logs.ts";
import { MonitorsContent } from "./monitors.ts";
import { NoteContent } from "./note.ts";
import { TableContent } from "./table.ts";
import { TopListContent } from "./top_list.ts";
import { ValueContent } from "./value.ts";

/** A widget: its title, what it means, and what it shows now, or why it shows nothing. */
export class WidgetCard {
  readonly element: HTMLElement;
  readonly #body = el("div", { class: "body" });
  readonly #why = el("p", { class: "why" });
  readonly #whyBox = el("div", { class: "why-box" }, this.#why);
  readonly #stale = el("p", { class: "stale", hidden: "" });
  #content: Content | undefined;
  #kind = "";
  #isSeen = true;
  #waiting: readonly [WidgetData, Frame] | undefined;

  constructor(private readonly layout: WidgetLayout, private readonly shared: Shared, private readonly id: string) {
    const { at: [x, y, width, height], title, meaning } = layout;
    const meant = el("p", { class: "meaning", id: `${id}-meaning`, hidden: "" }, meaning);
    const help = el("button", {
      type: "button",
      class: "help",
      "aria-expanded": "false",
      "aria-controls": `${id}-meaning`,
      "aria-label": `What ${title || "this"} means`,
      title: meaning,
    }, "?");
    help.addEventListener("click", () => {
      meant.hidden = !meant.hidden;
      help.setAttribute("aria-expanded", String(!meant.hidden));
    });
    const head = el("div", { class: "head" }, el("h3", { id: `${id}-title` }, title), this.#stale, help);
    this.element = el(
      "article",
      { class: `card card-${layout.kind}`, "aria-labelledby": `${id}-title` },
      ...title === "" ? [] : [head, meant],
      this.#body,
    );
    this.element.style.setProperty("--column", `${x + 1} / span ${width}`);
    this.element.style.setProperty("--row", `${y + 1} / span ${height}`);
    this.element.style.setProperty("--height", String(height));
  }

  /** Whether it is on the screen: what is not need not be drawn. */
  seen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    if (!isSeen || this.#waiting === undefined) return;
    const [data, frame] = this.#waiting;
    this.#waiting = undefined;
    this.update(data, frame);
  }

  update(data: WidgetData, frame: Frame): void {
    if (!this.#isSeen) {
      this.#waiting = [data, frame];
      return;
    }
    const asOf = "asOf" in data ? data.asOf : undefined;
    this.#stale.hidden = asOf === undefined;
    if (asOf !== undefined) setText(this.#stale, `as of ${clock(asOf)}`);
    this.element.classList.toggle("is-stale", asOf !== undefined);
    this.element.classList.toggle("is-empty", data.kind === "empty");
    if (data.kind === "empty") {
      setText(this.#why, sentence(data.why));
      setAttribute(this.#why, "title", data.why);
      this.#take(undefined, "empty", this.#whyBox);
      return;
    }
    if (this.#content === undefined || this.#kind !== data.kind) {
      const content = contentOf(data, this.layout, this.shared, this.id);
      this.#take(content, data.kind, content.element);
    }
    this.#content?.update(data, frame);
  }

  restyle(): void {
    this.#content?.restyle?.();
  }

  close(): void {
    this.#content?.close?.();
  }

  #take(content: Content | undefined, kind: string, element: HTMLElement): void {
    if (this.#kind === kind) return;
    this.#content?.close?.();
    this.#content = content;
    this.#kind = kind;
    this.#body.replaceChildren(element);
  }
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

function contentOf(data: WidgetData, layout: WidgetLayout, shared: Shared, id: string): Content {
  switch (data.kind) {
    case "value":
      return new ValueContent() as Content;
    case "time_series":
      return new ChartContent(layout, shared, id) as Content;
    case "top_list":
      return new TopListContent() as Content;
    case "table":
      return new TableContent(layout) as Content;
    case "check":
      return new CheckTilesContent() as Content;
    case "monitors":
      return new MonitorsContent() as Content;
    case "events":
      return new EventsContent(layout) as Content;
    case "logs":
      return new LogsContent(layout) as Content;
    case "note":
    case "empty":
      return new NoteContent() as Content;
  }
}
