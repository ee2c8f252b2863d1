import {
  checkCheckCondition,
  checkExpression,
  type Expression,
  metricQueriesOf,
  parseCheckCondition,
  parseEventCondition,
  parseMetricCondition,
} from "../query/mod.ts";
import { checkSchema, quoted } from "./by_schema.ts";
import type { DashboardFacts } from "./dashboard_facts.ts";
import type { Findings } from "./findings.ts";
import { countIssues } from "./joined.ts";
import type { JsonFile } from "./json_file.ts";
import type { Knowledge } from "./knowledge.ts";
import { MeasureError, unitOf } from "./measures.ts";
import { checkMessage } from "./message.ts";
import type { Asked, MonitorFacts } from "./monitor_facts.ts";
import { checkOptions } from "./monitor_options.ts";
import { type MonitorJson, monitorSchema } from "./monitor_schema.ts";
import { checkTexts } from "./monitor_texts.ts";
import { Place } from "./place.ts";
import { addIssues, readQuery } from "./queries.ts";
import { eventSearchIssues } from "./searches.ts";
import { checkCounts, checkThresholds } from "./thresholds.ts";

/** Windows that Datadog takes, in seconds: from a minute to a week. */
const WINDOW = [60, 604_800] as const;
/** How many statuses a service check monitor may look at. */
const MOST_STATUSES = 100;

/** Holds a monitor against all rules; returns what other files are held against. */
export function checkMonitor(
  file: JsonFile,
  knowledge: Knowledge,
  dashboards: readonly DashboardFacts[],
  findings: Findings,
): MonitorFacts | undefined {
  const monitor = checkSchema(file, monitorSchema, findings);
  if (monitor === undefined) return undefined;
  const place = new Place(file, [], findings);
  const { definition, title } = monitor;
  checkNames(place, monitor);
  const asked = checkQuery(place, monitor, knowledge);
  checkMessage(place, monitor, asked?.groups, dashboards);
  if (asked !== undefined) {
    checkTexts(place, monitor, asked);
    checkOptions(place.at("definition", "options"), definition, asked.window, asked.groups);
  }
  const { critical, warning } = definition.options.thresholds;
  return { title, metrics: asked?.metrics ?? [], isOfValues: definition.type === "query alert", critical, warning };
}

/** Its name, tags and days are in order. */
function checkNames(
  place: Place,
  { title, tags, definition, created_at: created, last_updated_at: updated }: MonitorJson,
): void {
  if (!definition.name.includes("TorchServe")) {
    place.add(["definition", "name"], `the name ${quoted(definition.name)} does not say TorchServe`);
  } else if (definition.name !== `TorchServe: ${title}`) {
    place.add(
      ["definition", "name"],
      `the name ${quoted(definition.name)} is not that of the title, ${quoted(`TorchServe: ${title}`)}`,
    );
  }
  if (!tags.includes("integration:torchserve")) place.add(["tags"], `the tag "integration:torchserve" is missing`);
  const key = /([^/]+)\.json$/.exec(place.file.path)?.[1] ?? "";
  const wanted = ["integration:torchserve", "managed_by:torchserve-check", `asset:${key}`];
  for (const tag of wanted.filter((one) => !definition.tags.includes(one))) {
    place.add(["definition", "tags"], `the tag ${quoted(tag)} is missing`);
  }
  definition.tags.forEach((tag, i) => {
    const [name = ""] = tag.split(":");
    const right = wanted.find((one) => one.startsWith(`${name}:`));
    if (right !== undefined && right !== tag) {
      place.add(["definition", "tags", i], `${quoted(tag)}: the tag of this file is ${right}`);
    }
  });
  if (created > updated) {
    place.add(["last_updated_at"], `${quoted(updated)} is before "created_at", ${quoted(created)}`);
  }
}

/** What the query asks; `undefined`: it cannot be read. */
function checkQuery(place: Place, { definition }: MonitorJson, knowledge: Knowledge): Asked | undefined {
  const { query, type, options } = definition;
  const at = place.at("definition", "query");
  const thresholds = place.at("definition", "options", "thresholds");
  if (type === "service check") {
    const condition = readQuery(at, query, parseCheckCondition);
    if (condition === undefined) return undefined;
    const groups = new Map([...knowledge.checks].map(([name, facts]) => [name, facts.groups]));
    addIssues(at, query, checkCheckCondition(condition, groups));
    if (condition.by.length === 0) at.add([], `${quoted(query)} has no .by(…): all servers would be one`);
    if (condition.last > MOST_STATUSES) at.add([], `last(${condition.last}): at most ${MOST_STATUSES}`);
    const statuses = knowledge.checks.get(condition.check)?.statuses;
    if (statuses !== undefined) checkCounts(thresholds, options.thresholds, condition.last, statuses);
    return { groups: condition.by.map(({ name }) => name), last: condition.last };
  }
  if (type === "event-v2 alert") {
    const condition = readQuery(at, query, parseEventCondition);
    if (condition === undefined) return undefined;
    for (const issue of eventSearchIssues(condition.search)) at.add([], issue);
    checkThresholds(thresholds, options.thresholds, { ...condition, isChange: false });
    return { groups: condition.by.map(({ name }) => name), window: condition.window.seconds };
  }
  const condition = readQuery(at, query, parseMetricCondition);
  if (condition === undefined) return undefined;
  const { expression, window, change, method } = condition;
  const queries = metricQueriesOf(expression);
  addIssues(at, query, checkExpression(expression, { metrics: knowledge.metrics, variables: new Map() }));
  addIssues(at, query, queries.flatMap((one) => countIssues(one, knowledge.metrics)));
  if (method !== "sum" && queries.some(({ as }) => as === "count")) {
    at.add([], `${quoted(`${method}(`)} of .as_count(): counts of a window are added up, with sum(…)`);
  }
  if (window.seconds < WINDOW[0] || window.seconds > WINDOW[1]) {
    at.add([], `a window of ${window.seconds} s: from last_1m to last_1w`);
  }
  checkThresholds(thresholds, options.thresholds, { ...condition, isChange: change !== undefined });
  return {
    groups: queries[0]?.by.map(({ name }) => name) ?? [],
    metrics: queries.map(({ metric }) => metric),
    window: window.seconds,
    ...change === undefined ? {} : { ago: change.ago.seconds },
    unit: change?.as === "pct_change" ? "percent" : unitAt(at, expression, knowledge),
  };
}

function unitAt(place: Place, expression: Expression, { metrics }: Knowledge): string | undefined {
  try {
    return unitOf(expression, () => undefined, metrics);
  } catch (error) {
    if (!(error instanceof MeasureError)) throw error;
    place.add([], error.message);
    return undefined;
  }
}
