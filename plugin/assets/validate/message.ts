import { quoted } from "./by_schema.ts";
import type { DashboardFacts } from "./dashboard_facts.ts";
import type { MonitorJson } from "./monitor_schema.ts";
import type { Place } from "./place.ts";
import { STAND_IN } from "./stand_in.ts";

const SECTIONS = ["**Why**", "**What to do**", "**Where to look**"];
/** What Datadog fills in for every alert of metrics. */
const ALWAYS = new Set(["value", "threshold", "warn_threshold", "last_triggered_at"]);
/** What parts of a message may depend on. */
const CONDITIONS = new Set([
  ...["is_alert", "is_warning", "is_recovery", "is_no_data", "is_unknown", "is_alert_recovery", "is_warning_recovery"],
  ...["is_alert_to_warning", "is_no_data_recovery", "is_priority", "is_renotify"],
]);
/** The files that TorchServe logs to. */
const LOGS = new Set(["access_log.log", "ts_log.log", "model_log.log", "ts_metrics.log", "model_metrics.log"]);

/**
 * A message says what, why, what to do and where, with values that the alert has, and wakes nobody by name.
 *
 * @param groups the tags of the alert; `undefined`: its query cannot be read
 */
export function checkMessage(
  monitor: Place,
  { definition: { message, type } }: MonitorJson,
  groups: readonly string[] | undefined,
  dashboards: readonly DashboardFacts[],
): void {
  if (message === STAND_IN) return;
  const add = (text: string) => monitor.add(["definition", "message"], text);
  for (const section of SECTIONS) {
    if (sectionOf(message, section) === "") add(`the message has no section ${quoted(section)} with a text`);
  }
  const order = SECTIONS.map((section) => message.indexOf(section)).filter((at) => at !== -1);
  if (order.some((at, i) => at < (order[i - 1] ?? 0))) {
    add(`the sections of the message are not in the order ${SECTIONS.join(", ")}`);
  }
  if (message.trimStart().startsWith("**")) add("the message does not begin with what has happened");
  checkVariables(message, type, groups, add);
  const handle = /(?:^|\s)(@[\w-]+)/.exec(message)?.[1];
  if (handle !== undefined) add(`${quoted(handle)} in the message: whom to tell is said with assets push --notify`);
  for (const [file] of message.matchAll(/\b\w+\.log\b/g)) {
    if (!LOGS.has(file)) add(`${quoted(file)}: TorchServe has no such log, only ${[...LOGS].join(", ")}`);
  }
  for (const line of sectionOf(message, "**Where to look**").split("\n")) checkPlaceToLook(line, dashboards, add);
}

function sectionOf(message: string, section: string): string {
  const start = message.indexOf(section);
  return start === -1 ? "" : message.slice(start + section.length).split("**", 1)[0]?.trim() ?? "";
}

function checkVariables(
  message: string,
  type: MonitorJson["definition"]["type"],
  groups: readonly string[] | undefined,
  add: (text: string) => void,
): void {
  const open: string[] = [];
  for (const [whole, name = ""] of message.matchAll(/\{\{([^}]*)\}\}/g)) {
    const [, sign = "", condition = ""] = /^([#/^])(\w+)/.exec(name) ?? [];
    if (sign !== "") {
      if (!CONDITIONS.has(condition) && !condition.endsWith("match")) {
        add(`${quoted(whole)}: there is no such condition`);
      }
      if (sign !== "/") open.push(condition);
      else if (open.pop() !== condition) add(`${quoted(whole)} closes what is not open`);
      continue;
    }
    if (groups === undefined) continue;
    const isThere = ALWAYS.has(name)
      ? type === "query alert"
      : groups.includes(name.replace(/\.name$/, "")) && name.endsWith(".name");
    if (!isThere) add(`${quoted(whole)}: the alert has no such value, only ${shown(type, groups)}`);
  }
  for (const condition of open) add(`${quoted(`{{#${condition}}}`)} is not closed`);
  const broken = /\{\{[^}]*(?:$|\}(?!\}))|(?<!\{)\{(?!\{)\w+[^{}]*\}\}/.exec(message)?.[0];
  if (broken !== undefined) add(`${quoted(broken.slice(0, 40))} is no variable: {{value}}`);
}

function shown(type: MonitorJson["definition"]["type"], groups: readonly string[]): string {
  const names = [...type === "query alert" ? ["{{value}}"] : [], ...groups.map((name) => `{{${name}.name}}`)];
  return names.length === 0 ? "none" : names.join(", ");
}

/** `dashboard TorchServe - Overview, groups Traffic and Logs`, `dashboard TorchServe - Models: Memory by worker` */
function checkPlaceToLook(line: string, dashboards: readonly DashboardFacts[], add: (text: string) => void): void {
  const [, title, rest = ""] = /\bdashboard (TorchServe - \w+)(.*)$/.exec(line) ?? [];
  if (title === undefined || dashboards.length === 0) return;
  const dashboard = dashboards.find((one) => one.title === title);
  if (dashboard === undefined) {
    return add(`${quoted(title)}: there is no such dashboard, only ${dashboards.map((one) => one.title).join(", ")}`);
  }
  const [, kind = "", names = ""] = /^(, groups? |: )(.*)$/.exec(rest) ?? [];
  const known = kind.startsWith(",") ? dashboard.groups : dashboard.widgets;
  let unknown = names;
  for (const name of [...known].sort((a, b) => b.length - a.length)) unknown = unknown.replaceAll(name, "");
  unknown = unknown.replaceAll(/, and |, | and /g, " ").trim();
  if (unknown !== "") add(`${quoted(unknown)}: ${title} has no such ${kind.startsWith(",") ? "group" : "widget"}`);
}
