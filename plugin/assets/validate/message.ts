import { quoted } from "./by_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile } from "./json_file.ts";
import type { MonitorJson } from "./monitor_schema.ts";

const SECTIONS = ["**Why**", "**What to do**", "**Where to look**"];
/** What Datadog fills in for every alert of metrics. */
const ALWAYS = new Set(["value", "threshold", "warn_threshold", "last_triggered_at"]);

/**
 * A message says what, why, what to do and where, with values that the alert has, and wakes nobody by name.
 *
 * @param groups the tags of the alert; `undefined`: its query cannot be read
 */
export function checkMessage(
  file: JsonFile,
  monitor: MonitorJson,
  groups: readonly string[] | undefined,
  findings: Findings,
): void {
  const { message, options, type } = monitor.definition;
  const line = file.lineOf(["definition", "message"]);
  const add = (text: string) => findings.add(file.path, line, text);
  for (const section of SECTIONS) {
    const start = message.indexOf(section);
    const rest = start === -1 ? "" : message.slice(start + section.length).split("**", 1)[0]?.trim() ?? "";
    if (rest === "") add(`the message has no section ${quoted(section)} with a text`);
  }
  if (message.startsWith("**")) add("the message does not begin with what has happened");
  for (const [whole, name = ""] of message.matchAll(/\{\{([^}]*)\}\}/g)) {
    if (groups === undefined || /^[#/^]/.test(name)) continue;
    const isThere = ALWAYS.has(name)
      ? type === "query alert"
      : groups.includes(name.replace(/\.name$/, "")) && name.endsWith(".name");
    if (!isThere) add(`${quoted(whole)}: the alert has no such value, only ${shown(groups)}`);
  }
  const handle = /(?:^|\s)(@[\w-]+)/.exec(message)?.[1];
  if (handle !== undefined) add(`${quoted(handle)} in the message: whom to tell is said with assets push --notify`);
  const limit = /limit is (-?\d+(?:\.\d+)?)/.exec(message)?.[1];
  const { critical } = options.thresholds;
  if (limit !== undefined && critical !== undefined && Number(limit) !== critical) {
    add(`the message says that ${quoted(`limit is ${limit}`)}, the threshold is ${critical}`);
  }
}

const shown = (groups: readonly string[]) => ["{{value}}", ...groups.map((name) => `{{${name}.name}}`)].join(", ");
