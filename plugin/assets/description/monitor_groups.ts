import { metricQueriesOf, parseCheckCondition, parseEventCondition, parseMetricCondition } from "../query/mod.ts";
import type { Monitor } from "./monitor.ts";

/** The tags by which a monitor tells its alerts apart: its message may show them. */
export function monitorGroups({ kind, query }: Monitor): string[] {
  const by = kind === "check"
    ? parseCheckCondition(query).by
    : kind === "event"
    ? parseEventCondition(query).by
    : metricQueriesOf(parseMetricCondition(query).expression)[0]?.by ?? [];
  return by.map(({ name }) => name);
}
