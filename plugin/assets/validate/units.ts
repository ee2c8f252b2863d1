/** Units that Datadog knows and that metrics of a model server may have (its documentation, "Metric units"). */
const UNITS: ReadonlySet<string> = new Set([
  ...["bit", "byte", "kibibyte", "mebibyte", "gibibyte", "kilobyte", "megabyte", "gigabyte", "terabyte"],
  ...["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week"],
  ...["percent", "fraction", "request", "response", "error", "connection", "message", "packet", "operation"],
  ...["worker", "process", "thread", "device", "core", "job", "task", "item", "prediction", "token", "unit", "time"],
]);

/** Whether a unit's name is one of Datadog's. */
export const isUnit = (name: string): boolean => UNITS.has(name);
