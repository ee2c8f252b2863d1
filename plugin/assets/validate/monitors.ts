import {
  checkCheckCondition,
  checkExpression,
  type GroupTag,
  metricQueriesOf,
  parseCheckCondition,
  parseEventCondition,
  parseMetricCondition,
} from "../query/mod.ts";
import { checkSchema, quoted } from "./by_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile, JsonPath } from "./json_file.ts";
import type { Knowledge } from "./knowledge.ts";
import { checkMessage } from "./message.ts";
import { type MonitorJson, monitorSchema } from "./monitor_schema.ts";
import { addIssues, readQuery } from "./queries.ts";

const QUERY: JsonPath = ["definition", "query"];
const THRESHOLDS: JsonPath = ["definition", "options", "thresholds"];
/** Windows that Datadog takes, in seconds: from a minute to a week. */
const WINDOW = [60, 604_800] as const;
/** How many statuses a service check monitor may look at. */
const MOST_STATUSES = 100;

/** Holds a monitor against all rules; returns its title, which the manifest names. */
export function checkMonitor(file: JsonFile, knowledge: Knowledge, findings: Findings): string | undefined {
  const monitor = checkSchema(file, monitorSchema, findings);
  if (monitor === undefined) return undefined;
  const { definition, title } = monitor;
  const add = (path: JsonPath, message: string) => findings.add(file.path, file.lineOf(path), message);
  if (!definition.name.includes("TorchServe")) {
    add(["definition", "name"], `the name ${quoted(definition.name)} does not say TorchServe`);
  }
  const key = /([^/]+)\.json$/.exec(file.path)?.[1] ?? "";
  for (const tag of ["integration:torchserve", "managed_by:torchserve-check", `asset:${key}`]) {
    if (!definition.tags.includes(tag)) add(["definition", "tags"], `the tag ${quoted(tag)} is missing`);
  }
  for (const tag of definition.tags.filter((one) => one.startsWith("asset:") && one !== `asset:${key}`)) {
    add(["definition", "tags"], `${quoted(tag)} is not the tag of this file, asset:${key}`);
  }
  const groups = checkQuery(file, monitor, knowledge, findings);
  checkMessage(file, monitor, groups?.map(({ name }) => name), findings);
  return title;
}

/** The tags that its alert has; `undefined`: its query cannot be read. */
function checkQuery(
  file: JsonFile,
  monitor: MonitorJson,
  knowledge: Knowledge,
  findings: Findings,
): readonly GroupTag[] | undefined {
  const { query, type, options } = monitor.definition;
  const add = (path: JsonPath, message: string) => findings.add(file.path, file.lineOf(path), message);
  if (type === "service check") {
    const condition = readQuery(file, QUERY, query, parseCheckCondition, findings);
    if (condition === undefined) return undefined;
    addIssues(file, QUERY, query, checkCheckCondition(condition, knowledge.checks), findings);
    if (condition.by.length === 0) add(QUERY, `${quoted(query)} has no .by(…): all servers would be one`);
    for (const [name, count] of Object.entries(options.thresholds)) {
      if (name.endsWith("_recovery")) add([...THRESHOLDS, name], `a service check monitor has no ${quoted(name)}`);
      else if (count !== undefined && count > condition.last) {
        add([...THRESHOLDS, name], `${name} after ${count} statuses, but last(${condition.last}) looks at fewer`);
      }
    }
    if (condition.last > MOST_STATUSES) add(QUERY, `last(${condition.last}): at most ${MOST_STATUSES}`);
    if (options.thresholds.critical === undefined) add(THRESHOLDS, `"critical" is missing in the thresholds`);
    return condition.by;
  }
  if (type === "event-v2 alert") {
    const condition = readQuery(file, QUERY, query, parseEventCondition, findings);
    if (condition === undefined) return undefined;
    if (!condition.search.split(" ").includes("source:torchserve")) {
      add(QUERY, `${quoted(condition.search)} does not look for source:torchserve`);
    }
    checkThresholds(file, monitor, condition.threshold, condition.comparison.startsWith(">"), findings);
    return condition.by;
  }
  const condition = readQuery(file, QUERY, query, parseMetricCondition, findings);
  if (condition === undefined) return undefined;
  addIssues(
    file,
    QUERY,
    query,
    checkExpression(condition.expression, { metrics: knowledge.metrics, variables: new Map() }),
    findings,
  );
  const { seconds } = condition.window;
  if (seconds < WINDOW[0] || seconds > WINDOW[1]) add(QUERY, `a window of ${seconds} s: from last_1m to last_1w`);
  const { no_data_timeframe: minutes } = options;
  if (minutes !== undefined && 60 * minutes < 2 * seconds) {
    add(
      ["definition", "options", "no_data_timeframe"],
      `${minutes} minutes are less than twice the window of ${seconds} s`,
    );
  }
  checkThresholds(file, monitor, condition.threshold, condition.comparison.startsWith(">"), findings);
  return metricQueriesOf(condition.expression)[0]?.by ?? [];
}

/** @param rises whether it is worse the larger the value is */
function checkThresholds(
  file: JsonFile,
  monitor: MonitorJson,
  inQuery: number,
  rises: boolean,
  findings: Findings,
): void {
  const { critical, warning, ok, unknown, critical_recovery: recovery, warning_recovery: warned } =
    monitor.definition.options.thresholds;
  const add = (name: string, message: string) => findings.add(file.path, file.lineOf([...THRESHOLDS, name]), message);
  const isBetter = (a: number, b: number) => rises ? a < b : a > b;
  for (const [name, value] of Object.entries({ ok, unknown })) {
    if (value !== undefined) add(name, `a monitor of metrics has no threshold ${quoted(name)}`);
  }
  if (critical === undefined) {
    return add("critical", `"critical" is missing in the thresholds; the query says ${inQuery}`);
  }
  if (critical !== inQuery) add("critical", `the threshold ${critical} is not the one of the query, ${inQuery}`);
  if (warning !== undefined && !isBetter(warning, critical)) {
    add("warning", `the warning ${warning} is on the wrong side of ${critical}: it would come after the alert`);
  }
  if (recovery !== undefined && !isBetter(recovery, critical)) {
    add("critical_recovery", `the recovery ${recovery} is not on the good side of ${critical}`);
  }
  if (warned === undefined) return;
  if (warning === undefined) add("warning_recovery", "a recovery of a warning that there is not");
  else if (!isBetter(warned, warning)) {
    add("warning_recovery", `the recovery ${warned} is not on the good side of ${warning}`);
  }
}
