import * as v from "valibot";
import type { Frozen } from "./frozen.ts";
import {
  choice,
  fields,
  integer,
  isMapping,
  list,
  mapping,
  nonEmptyText,
  nothing,
  oneOf,
  openFields,
} from "./schemas.ts";

/** How a metric may be submitted; `native` and `native_dynamic` leave it to the endpoint. */
export const METRIC_TYPES = [
  "counter",
  "counter_gauge",
  "gauge",
  "histogram",
  "metadata",
  "native",
  "native_dynamic",
  "rate",
  "service_check",
  "summary",
  "temporal_percent",
  "time_elapsed",
] as const;

/** Those that need nothing but the type; the others have settings of their own. */
const PLAIN_TYPES = [
  "counter",
  "counter_gauge",
  "gauge",
  "histogram",
  "native",
  "native_dynamic",
  "rate",
  "summary",
  "time_elapsed",
] as const satisfies readonly (typeof METRIC_TYPES)[number][];

const TIME_UNITS = ["second", "millisecond", "microsecond", "nanosecond"] as const;
const STATUSES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

const name = () => v.optional(nonEmptyText());

function isStatusMap(map: Record<string, (typeof STATUSES)[number]>): boolean {
  const values = Object.keys(map);
  return values.length > 0 && values.every((value) => /^\s*[-+]?\d+\s*$/.test(value));
}

function serviceCheck() {
  const statusMap = mapping(oneOf(STATUSES), "a mapping of whole numbers to statuses");
  const expected = `a non-empty mapping of whole numbers to ${STATUSES.join(", ")}`;
  return fields({
    name: name(),
    type: oneOf(["service_check"]),
    status_map: v.pipe(statusMap, v.check(isStatusMap, expected)),
  });
}

function temporalPercent() {
  const [unit, parts] = [oneOf(TIME_UNITS), integer()];
  const scale = choice([unit, parts], (value) => {
    if (typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value))) return parts;
    return typeof value === "string"
      ? unit
      : nothing(`${TIME_UNITS.join(", ")}, or a whole number of parts of a second`);
  });
  return fields({ name: name(), type: oneOf(["temporal_percent"]), scale });
}

// What is set beside `label` goes to the version scheme (`scheme`, `pattern`, `part_map`, …).
function metadata() {
  return openFields({ name: name(), type: oneOf(["metadata"]), label: nonEmptyText() });
}

function definition() {
  const type = v.pipe(oneOf(METRIC_TYPES), v.picklist(PLAIN_TYPES, `one of ${METRIC_TYPES.join(", ")}`));
  const plain = fields({ name: name(), type: v.optional(type) });
  const special = { service_check: serviceCheck(), temporal_percent: temporalPercent(), metadata: metadata() };
  const types = new Map(Object.entries(special));
  return choice([plain, special.service_check, special.temporal_percent, special.metadata], (value) => {
    const type = isMapping(value) ? value.type : undefined;
    return types.get(typeof type === "string" ? type.trim().toLowerCase() : "") ?? plain;
  });
}

function renamed() {
  const [newName, details] = [nonEmptyText(), definition()];
  const target = choice([newName, details], (value) => {
    if (typeof value === "string") return newName;
    return isMapping(value) ? details : nothing("the name to submit, or a mapping with name and type");
  });
  return mapping(target, "a mapping of exposed names to submitted names");
}

/** The list of `metrics` and `extra_metrics`. */
export function metricItems() {
  const [exposedName, map] = [nonEmptyText(), renamed()];
  const item = choice([exposedName, map], (value) => {
    if (typeof value === "string") return exposedName;
    return isMapping(value) ? map : nothing("the name of a metric, or a mapping of exposed name to submitted name");
  });
  return list(item, "a list of metric names and mappings");
}

/** How one metric is submitted, when more than its name is said. */
export type MetricDefinition = Frozen<v.InferOutput<ReturnType<typeof definition>>>;

/** One item of `metrics` or `extra_metrics`. */
export type MetricItem = Frozen<v.InferOutput<ReturnType<typeof metricItems>>[number]>;
