import type { Queries, Widget } from "./dashboard.ts";

/** Metric queries that are evaluated together, and the formulas over their names. */
export interface QuerySet {
  readonly queries: Queries;
  readonly formulas: readonly string[];
}

/** The metric queries of a widget: one set, or one for each column of a table. */
export function querySetsOf(widget: Widget): QuerySet[] {
  switch (widget.kind) {
    case "value":
    case "top_list":
      return [{ queries: widget.queries, formulas: [widget.formula] }];
    case "time_series":
      return [{ queries: widget.queries, formulas: widget.series.map(({ formula }) => formula) }];
    case "table":
      return widget.columns.map(({ query }) => ({ queries: { column: query }, formulas: ["column"] }));
    default:
      return [];
  }
}
