import type { Value } from "../../assets/mod.ts";
import { course, scalar } from "../../assets/evaluate/mod.ts";
import type { Empty, ValueData } from "../frame.ts";
import { type Context, partsFor, staleSince } from "./context.ts";
import { colorOf, named, readFormula, rounded } from "./queries.ts";
import { unitOf } from "./unit.ts";
import { newestOfQueries, whyNoMetrics } from "./why.ts";

/** One number, with its course. */
export function valueData(widget: Value, context: Context): ValueData | Empty {
  const { history: { points }, parts, variables, catalogue } = context;
  const { formula, used } = readFormula(widget.formula, named(widget.queries));
  const value = scalar(formula, used, widget.aggregator, points, partsFor(widget.aggregator, context), variables).get(
    "",
  );
  const newest = newestOfQueries(used, context);
  // Defaults of a formula make a number of nothing: there must be something that it is of.
  if (value === undefined || newest === undefined || newest <= (parts[0]?.from ?? 0)) {
    return { kind: "empty", why: whyNoMetrics(used, widget.needs ?? [], context) };
  }
  const color = colorOf(value, widget.steps);
  const asOf = staleSince(newest, context);
  return {
    kind: "value",
    value: rounded(value),
    unit: unitOf(formula, used, catalogue, widget.unit),
    ...color === undefined ? {} : { color },
    ...widget.sparkline === true
      ? { course: course(formula, used, points, parts, variables).map((part) => part.get("") ?? null) }
      : {},
    ...asOf === undefined ? {} : { asOf },
  };
}
