import type { TopListData } from "../frame.ts";
import type { Content } from "./card.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";
import { withUnit } from "./format.ts";

type Row = TopListData["rows"][number] & { readonly unit: string; readonly most: number };

/** The largest first, with a bar for each. */
export class TopListContent implements Content<TopListData> {
  readonly #list = el("ol", { class: "top-list" });
  readonly #others = el("p", { class: "others" });
  readonly element = el("div", { class: "scroll", tabindex: "0", role: "group" }, this.#list, this.#others);
  readonly #rows = new Keyed<Row>(this.#list, makeRow, updateRow);

  update({ rows, unit, others }: TopListData): void {
    const most = Math.max(...rows.map(({ value }) => value), Number.MIN_VALUE);
    this.#rows.show(rows.map((row) => ({ ...row, unit, most })), ({ label }) => label);
    setText(this.#others, others === 0 ? "" : `and ${others} more`);
    setAttribute(this.element, "aria-label", `${rows.length} rows`);
  }
}

function makeRow(): HTMLElement {
  return el(
    "li",
    {},
    el("span", { class: "row-label" }),
    el("span", { class: "row-value" }),
    el("span", { class: "row-bar", "aria-hidden": "true" }),
  );
}

function updateRow(element: HTMLElement, { label, value, unit, most, color }: Row): void {
  const [name, number] = element.children;
  if (name === undefined || number === undefined) return;
  setText(name, label);
  setAttribute(name, "title", label);
  setText(number, withUnit(value, unit));
  setAttribute(element, "data-color", color);
  element.style.setProperty("--share", `${Math.max(0, 100 * value / most).toFixed(1)}%`);
}
