import type { Cell, TableData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Content } from "./card.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";
import { withUnit } from "./format.ts";

const TAGS: Readonly<Record<string, string>> = {
  model_name: "model",
  model_version: "version",
  worker_id: "worker",
  gpu_id: "GPU",
};

type Column = TableData["columns"][number] & { readonly most: number };
type Row = TableData["rows"][number] & { readonly columns: readonly Column[] };

/** A row for each combination of tags. */
export class TableContent implements Content<TableData> {
  readonly #head = el("tr");
  readonly #body = el("tbody");
  readonly #others = el("p", { class: "others" });
  readonly element: HTMLElement;
  #rows: Keyed<Row> | undefined;
  #shape = "";

  constructor({ title }: WidgetLayout) {
    const table = el("table", {}, el("caption", { class: "hidden" }, title), el("thead", {}, this.#head), this.#body);
    this.element = el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      table,
      this.#others,
    );
  }

  update({ tags, columns, rows, others }: TableData): void {
    const shape = [...tags, ...columns.map(({ label }) => label)].join("\n");
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#head.replaceChildren(
        ...tags.map((tag) => el("th", { scope: "col" }, TAGS[tag] ?? tag)),
        ...columns.map(({ label }) => el("th", { scope: "col", class: "numeric" }, label)),
      );
      this.#body.replaceChildren();
      this.#rows = new Keyed<Row>(this.#body, makeRow, updateRow);
    }
    const measured = columns.map((column, i) => ({
      ...column,
      most: Math.max(...rows.map(({ cells }) => cells[i]?.value ?? 0), Number.MIN_VALUE),
    }));
    this.#rows?.show(rows.map((row) => ({ ...row, columns: measured })), ({ tags }) => tags.join("\n"));
    setText(this.#others, others === 0 ? "" : `and ${others} more rows`);
  }
}

function makeRow({ tags, cells }: Row): HTMLElement {
  const row = el("tr", {}, ...tags.map((tag, i) => i === 0 ? el("th", { scope: "row" }, tag) : el("td", {}, tag)));
  for (const _ of cells) row.append(el("td", { class: "numeric" }, el("span", { class: "cell" })));
  return row;
}

function updateRow(row: HTMLElement, { tags, cells, columns }: Row): void {
  for (const [i, cell] of cells.entries()) {
    const span = row.children[tags.length + i]?.firstElementChild;
    const column = columns[i];
    if (span instanceof HTMLElement && column !== undefined) updateCell(span, cell, column);
  }
}

function updateCell(span: HTMLElement, cell: Cell | null, { unit, isBar, most }: Column): void {
  setText(span, cell === null ? "–" : cell.name ?? withUnit(cell.value, unit));
  setAttribute(span, "data-color", cell?.color);
  span.classList.toggle("is-bar", isBar && cell !== null);
  if (isBar) span.style.setProperty("--share", `${Math.max(0, 100 * (cell?.value ?? 0) / most).toFixed(1)}%`);
}
