import type { Table, TopList } from "../../assets/mod.ts";
import { type Grouped, scalar } from "../../assets/evaluate/mod.ts";
import type { Empty, TableData, TopListData } from "../frame.ts";
import { dullTags, groupLabel, tagsOfGroup } from "../labels.ts";
import { type Context, partsFor, spanOf, staleSince } from "./context.ts";
import { colorOf, groupNames, named, readFormula, rounded } from "./queries.ts";
import { unitOf } from "./unit.ts";
import { newestOfQueries, whyNoMetrics } from "./why.ts";

const natural = new Intl.Collator("en", { numeric: true }).compare;

/** The groups with the largest values. */
export function topListData(widget: TopList, context: Context): TopListData | Empty {
  const { history: { points }, variables, catalogue } = context;
  const { formula, used } = readFormula(widget.formula, named(widget.queries));
  const values = [...scalar(formula, used, widget.aggregator, points, partsFor(widget.aggregator, context), variables)];
  if (values.length === 0) return { kind: "empty", why: whyNoMetrics(used, widget.needs ?? [], context) };
  const names = groupNames(used);
  const dull = dullTags(values.map(([group]) => group), names);
  values.sort(([a, x], [b, y]) => y - x || natural(a, b));
  const asOf = staleSince(newestOfQueries(used, context), context);
  return {
    kind: "top_list",
    unit: unitOf(formula, used, catalogue, widget.unit),
    rows: values.slice(0, widget.limit).map(([group, value]) => {
      const color = colorOf(value, widget.steps);
      return {
        label: groupLabel(group, names, dull),
        value: rounded(value),
        ...color === undefined ? {} : { color },
      };
    }),
    others: Math.max(0, values.length - widget.limit),
    ...asOf === undefined ? {} : { asOf },
  };
}

/** A row for each group that a column has. */
export function tableData(widget: Table, context: Context): TableData | Empty {
  const { history: { points }, variables, catalogue } = context;
  const columns = widget.columns.map((column) => {
    const { formula, used } = readFormula("column", named({ column: column.query }));
    const unit = unitOf(formula, used, catalogue, column.unit);
    return {
      ...column,
      used,
      unit,
      values: scalar(formula, used, column.aggregator, points, partsFor(column.aggregator, context), variables),
    };
  });
  const queries = new Map(
    columns.flatMap(({ label, used }) => [...used.values()].map((query) => [label, query] as const)),
  );
  const groups = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].sort(natural);
  if (groups.length === 0) return { kind: "empty", why: whyNoMetrics(queries, widget.needs ?? [], context) };
  const names = groupNames(queries);
  const shown = groups.slice(0, widget.limit);
  const newest = newestOfQueries(queries, context);
  const asOf = newest === undefined || newest <= spanOf(context).from ? undefined : staleSince(newest, context);
  return {
    kind: "table",
    tags: names,
    columns: columns.map(({ label, unit, cell }) => ({ label, unit, isBar: cell === "bar" })),
    rows: shown.map((group) => {
      const tags = new Map(tagsOfGroup(group, names));
      return {
        tags: names.map((name) => tags.get(name) ?? ""),
        cells: columns.map(({ values, names: words, steps }) => cellOf(values, group, words, steps)),
      };
    }),
    others: groups.length - shown.length,
    ...asOf === undefined ? {} : { asOf },
  };
}

function cellOf(
  values: Grouped,
  group: string,
  words: Table["columns"][number]["names"],
  steps: Table["columns"][number]["steps"],
) {
  const value = values.get(group);
  if (value === undefined) return null;
  const [name, color] = [words?.[value], colorOf(value, steps)];
  return { value: rounded(value), ...name === undefined ? {} : { name }, ...color === undefined ? {} : { color } };
}
