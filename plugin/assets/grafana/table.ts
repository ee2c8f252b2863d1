import type { Column, Table } from "../description/dashboard.ts";
import { parseFormula } from "../query/mod.ts";
import { labelOf, promqlOfFormula } from "../promql/mod.ts";
import type { GrafanaContext } from "./context.ts";
import {
  emptyText,
  instantTarget,
  type Json,
  panelOf,
  RANGE,
  refId,
  TABLE_CELLS,
  TABLE_OPTIONS,
  thresholds,
} from "./panel.ts";
import { readQueries, unitOf } from "./units.ts";

const COLUMN = parseFormula("column");
/** What the columns of labels are called. */
const TITLES: Readonly<Record<string, string>> = {
  model_name: "model",
  model_version: "version",
  worker_id: "worker",
  gpu_id: "GPU",
};

/** A row for each combination of labels; each column is a query of its own, and they are merged by their labels. */
export function tablePanel(widget: Table, { metrics }: GrafanaContext): Json {
  const columns = widget.columns.map((column, i) => {
    const queries = readQueries({ column: column.query });
    const query = queries.get("column");
    const expr = promqlOfFormula(COLUMN, queries, { metrics, window: RANGE, over: column.aggregator });
    const labels = query?.by.map(({ name }) => labelOf(name, metrics.get(query.metric))) ?? [];
    const unit = unitOf(COLUMN, queries, metrics, { unit: column.unit, countsPerSecond: false });
    // With several queries Grafana names the values after them, with one it does not.
    return { ...column, labels, unit, field: `Value #${refId(i)}`, target: instantTarget(refId(i), expr, "", "table") };
  });
  const labels = columns[0]?.labels ?? [];
  return panelOf(widget, "table", {
    targets: columns.map(({ target }) => target),
    transformations: [
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(
            [...labels, ...columns.map(({ field }) => field)].map((name, i) => [name, i]),
          ),
          renameByName: {
            ...Object.fromEntries(labels.map((name) => [name, TITLES[name] ?? name])),
            ...Object.fromEntries(columns.map(({ field, label }) => [field, label])),
          },
        },
      },
      { id: "limit", options: { limitField: widget.limit } },
    ],
    fieldConfig: {
      defaults: {
        custom: { ...TABLE_CELLS, filterable: true },
        mappings: [],
        noValue: emptyText(widget.needs),
      },
      overrides: columns.map((column) => ({
        matcher: { id: "byName", options: column.label },
        properties: propertiesOf(column),
      })),
    },
    options: TABLE_OPTIONS,
  });
}

/** How a column shows its values. */
function propertiesOf({ unit, cell, names, steps }: Pick<Column, "cell" | "names" | "steps"> & { unit: string }) {
  const cellOptions = cell === "bar"
    ? { type: "gauge", mode: "basic", valueDisplayMode: "text" }
    : steps === undefined
    ? undefined
    : { type: "color-text" };
  const options = Object.fromEntries(Object.entries(names ?? {}).map(([value, text]) => [value, { text }]));
  return [
    { id: "unit", value: unit },
    ...names === undefined ? [] : [{ id: "mappings", value: [{ type: "value", options }] }],
    ...cell === "bar" ? [{ id: "min", value: 0 }, { id: "color", value: { mode: "fixed", fixedColor: "blue" } }] : [],
    ...steps === undefined
      ? []
      : [{ id: "thresholds", value: thresholds(steps) }, { id: "color", value: { mode: "thresholds" } }],
    ...cellOptions === undefined ? [] : [{ id: "custom.cellOptions", value: cellOptions }],
  ];
}
