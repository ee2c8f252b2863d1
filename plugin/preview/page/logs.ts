import type { LogRow, LogsData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Content } from "./card.ts";
import { el, Keyed, setText } from "./dom.ts";
import { clock, dayAndClock } from "./format.ts";

/** Log lines, the newest first; each opens to what the pipeline found in it. */
export class LogsContent implements Content<LogsData> {
  readonly #list = el("ul", { class: "logs" });
  readonly #others = el("p", { class: "others" });
  readonly element: HTMLElement;
  readonly #rows = new Keyed<LogRow>(this.#list, makeRow, () => {});

  constructor({ title }: WidgetLayout) {
    this.element = el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      this.#list,
      this.#others,
    );
  }

  update({ rows, others }: LogsData): void {
    this.#rows.show(rows, ({ time, content }) => `${time} ${content}`);
    setText(this.#others, others === 0 ? "" : `and ${others} older lines`);
  }
}

function makeRow({ time, status, host, content, attributes }: LogRow): HTMLElement {
  const [first = ""] = content.split("\n", 1);
  const found = el("dl", {});
  for (const [path, value] of [["host", host] as const, ...attributes]) {
    found.append(el("dt", {}, path), el("dd", {}, value));
  }
  return el(
    "li",
    { "data-status": status },
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("time", { title: dayAndClock(time) }, clock(time)),
        el("span", { class: "log-status" }, status),
        el("span", { class: "log-content" }, first),
      ),
      ...content === first ? [] : [el("pre", {}, content)],
      found,
    ),
  );
}
