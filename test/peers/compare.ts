import type { MetricSubmission, Submissions } from "./submissions.ts";

export interface CompareOptions {
  /** Names of metrics whose values depend on the time of day: equal within half a minute. */
  readonly elapsed?: readonly string[];
}

/** Seconds that may pass between both sides' runs. */
const ELAPSED_TOLERANCE = 30;

/**
 * What one side submitted and the other did not, a line each: `ours: …` and `agent: …`. Order does not count, how often
 * does. Counts (of telemetry) are added up by context: the Agent submits them bit by bit.
 */
export function compare(ours: Submissions, agent: Submissions, { elapsed = [] }: CompareOptions = {}): string[] {
  const lines = difference(keys(ours, elapsed), keys(agent, elapsed));
  lines.push(...elapsedDifference(ours.metrics, agent.metrics, elapsed));
  if (ours.failed !== agent.failed) {
    const side = ours.failed ? `ours: failed: ${ours.reason}` : `agent: failed: ${agent.reason}`;
    lines.push(side);
  }
  return lines;
}

function keys(side: Submissions, elapsed: readonly string[]): string[] {
  const counts = new Map<string, number>();
  const all: string[] = [];
  for (const metric of side.metrics) {
    const context = contextOf(metric);
    if (metric.type === "count") counts.set(context, (counts.get(context) ?? 0) + metric.value);
    else if (isElapsed(metric, elapsed)) all.push(context);
    else all.push(`${context} ${metric.value}`);
  }
  for (const [context, value] of counts) all.push(`${context} ${value}`);
  for (const { name, value, lower, upper, monotonic, tags, hostname, flush } of side.buckets) {
    all.push(`bucket ${name}${JSON.stringify(tags)}@${hostname} (${lower}, ${upper}] ${value} ${monotonic} ${flush}`);
  }
  for (const { name, status, tags, hostname, explained } of side.serviceChecks) {
    all.push(`service check ${name}${JSON.stringify(tags)}@${hostname} ${status}${explained ? " with message" : ""}`);
  }
  for (const event of side.events) all.push(`event ${JSON.stringify(event)}`);
  for (const [name, value] of Object.entries(side.metadata)) all.push(`metadata ${name} ${JSON.stringify(value)}`);
  return all;
}

/** All of a metric but its value. */
export function contextOf({ name, type, tags, hostname, flush }: MetricSubmission): string {
  return `${type} ${name}${JSON.stringify(tags)}@${hostname}${flush ? " flush" : ""}`;
}

function isElapsed({ name }: MetricSubmission, elapsed: readonly string[]): boolean {
  return elapsed.some((suffix) => name.endsWith(suffix));
}

function elapsedDifference(
  ours: readonly MetricSubmission[],
  agent: readonly MetricSubmission[],
  elapsed: readonly string[],
): string[] {
  const values = (metrics: readonly MetricSubmission[]) =>
    metrics.filter((metric) => isElapsed(metric, elapsed)).map((metric) => [contextOf(metric), metric.value] as const)
      .sort(([a, x], [b, y]) => a === b ? x - y : a < b ? -1 : 1);
  const others = values(agent);
  return values(ours).flatMap(([context, value], i) => {
    const [, other = NaN] = others[i] ?? [];
    return Math.abs(value - other) <= ELAPSED_TOLERANCE ? [] : [`ours: ${context} ${value} (agent ${other})`];
  });
}

function difference(ours: readonly string[], agent: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const key of ours) left.set(key, (left.get(key) ?? 0) + 1);
  for (const key of agent) left.set(key, (left.get(key) ?? 0) - 1);
  const lines: string[] = [];
  for (const [key, count] of [...left].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (count !== 0) {
      lines.push(`${count > 0 ? "ours" : "agent"}: ${key}${Math.abs(count) > 1 ? ` ×${Math.abs(count)}` : ""}`);
    }
  }
  return lines;
}
