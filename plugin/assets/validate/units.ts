const TIMES = ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week"];

/** Units that Datadog knows and that metrics of a model server may have (its documentation, "Metric units"). */
export const UNIT_NAMES: readonly string[] = [
  ...["bit", "byte", "kibibyte", "mebibyte", "gibibyte", "kilobyte", "megabyte", "gigabyte", "terabyte"],
  ...TIMES,
  ...["percent", "fraction", "request", "response", "error", "connection", "message", "packet", "operation"],
  ...["worker", "process", "thread", "device", "core", "job", "task", "item", "prediction", "token", "unit", "time"],
];

/** Whether a unit's name is one of Datadog's. */
export const isUnit = (name: string): boolean => UNIT_NAMES.includes(name);

/** Whether it is one of times. */
export const isTime = (name: string): boolean => TIMES.includes(name);
