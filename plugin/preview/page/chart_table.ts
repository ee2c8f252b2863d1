import type { DrawnSeries, Frame } from "../frame.ts";
import { el } from "./dom.ts";
import { clock, withUnit } from "./format.ts";

/** The numbers of a chart as a table, the newest first; parts in which nothing was are left out. */
export function chartTable(title: string, series: readonly DrawnSeries[], unit: string, { times }: Frame): HTMLElement {
  const rows = times.flatMap((time, i) =>
    series.every(({ values }) => values[i] === null) ? [] : [
      el(
        "tr",
        {},
        el("th", { scope: "row" }, clock(time)),
        ...series.map(({ values }) => {
          const value = values[i] ?? null;
          return el("td", { class: "numeric" }, value === null ? "–" : withUnit(value, unit));
        }),
      ),
    ]
  );
  return el(
    "table",
    {},
    el("caption", { class: "hidden" }, title),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "col" }, "until"),
        ...series.map(({ label }) => el("th", { scope: "col", class: "numeric" }, label)),
      ),
    ),
    el("tbody", {}, ...rows.reverse()),
  );
}
