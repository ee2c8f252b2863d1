import { Buffer } from "node:buffer";
import type { Report, ServiceStatus } from "../report/mod.ts";
import type { ExitPolicy } from "./exit_status.ts";
import type { Format, InstanceReport } from "./format.ts";
import { Notes } from "./notes.ts";
import { instanceTags, perfdata } from "./perfdata.ts";
import { type Problem, problemOfCheck, problemsOfRun } from "./problems.ts";
import { RunningTotals } from "./running_totals.ts";
import { wellFormed } from "./tag_pairs.ts";
import { compareStatus, serviceStatus, STATUS_WORDS, worstStatus } from "./verdict.ts";

/** Most bytes of all output: what every host and what lies between takes. */
const MAX_BYTES = 4_096;
/** With performance data that somebody asked for: Nagios 4.4.6 cuts lines past 8 kB now and then. */
const MAX_BYTES_ASKED = 8_000;
/** Most bytes of the first line before the performance data, and of the lines behind it. */
const MAX_HEAD = 500;
const MAX_DETAILS = 1_000;

/** The worst of all service checks, and of the runs: 2 for an error, 1 for a part; 3 where a configuration is wrong. */
export const statusForPlugins: ExitPolicy = (reports) => worstStatus(reports.flatMap(statusesOf));

/**
 * A monitoring plugin's output (https://www.monitoring-plugins.org/doc/guidelines.html), for Nagios, Icinga, NRPE and
 * Sensu: state and performance data on the first line, what is not well on the others. By default one label for health
 * and one for requests of each model, then as many others as fit in 4,096 bytes; the rest is counted.
 */
export const nagios: Format = {
  purpose: "A plugin of [Nagios and Icinga](hosts/nagios.md): a line of status, details, performance data.",
  audience: "states",
  takes: ["perfdata"],
  exitStatus: statusForPlugins,
  render: async (round, options) => {
    const { reports } = round;
    const notes = new Notes();
    const totals = new RunningTotals(round, options, notes);
    const choice = { names: options.perfdata, catalogue: await options.catalogue(), totals };
    for (const { report } of reports) notes.addBuckets(report.histogram_buckets);
    const text = outputOf(
      reports,
      perfdata(reports, choice),
      options.perfdata === undefined ? MAX_BYTES : MAX_BYTES_ASKED,
    );
    return notes.rendered(text, totals.state);
  },
};

function statusesOf({ status, error, service_checks: checks }: Report): ServiceStatus[] {
  // Nobody asked the target: what its report says of health is that it is not watched (docs/decisions/0075).
  if (error?.code === "config") return [3];
  return [status === "ok" ? 0 : status === "partial" ? 1 : 2, ...checks.map(serviceStatus)];
}

function outputOf(reports: readonly InstanceReport[], items: readonly string[], maxBytes: number): string {
  const problems = reports.flatMap(problemsOf).sort((a, b) => compareStatus(a.status, b.status));
  const state = STATUS_WORDS[worstStatus(reports.flatMap(({ report }) => statusesOf(report)))];
  const head = cut(`TORCHSERVE ${state} - ${summaryOf(reports, problems)}`, MAX_HEAD);
  const details = problems.length < 2 ? "" : detailsOf(problems);
  const room = maxBytes - bytes(head) - bytes(details) - "\n".length;
  return `${head}${perfdataPart(items, room)}\n${details}`;
}

/** As many of the items as there is room for, and how many are left out. */
function perfdataPart(items: readonly string[], room: number): string {
  const all = items.length === 0 ? "" : ` | ${items.join(" ")}`;
  if (bytes(all) <= room) return all;
  // The program's name: called as check_torchserve it has no such option.
  const left = (count: number) => ` (${counted(count, "more value")}: torchserve-check --perfdata chooses)`;
  let free = room - bytes(left(items.length)) - " |".length;
  const shown = items.filter((item) => {
    const size = 1 + bytes(item);
    const fits = size <= free;
    if (fits) free -= size;
    return fits;
  });
  const rest = left(items.length - shown.length);
  return shown.length === 0 ? rest : `${rest} | ${shown.join(" ")}`;
}

function problemsOf({ instance, report }: InstanceReport): Problem[] {
  const ofRun = problemsOfRun(report).map(({ status, text }) => ({
    status,
    // Issues of a configuration say where they stand.
    text: report.error?.code === "config" ? text : `${instance}: ${text}`,
  }));
  const tags = instanceTags(report);
  return [...report.service_checks.flatMap((check) => problemOfCheck(check, report, tags) ?? []), ...ofRun];
}

function summaryOf(reports: readonly InstanceReport[], problems: readonly Problem[]): string {
  const [first] = problems;
  if (first?.text.trim() === "") return "no reason is given";
  if (first !== undefined) return problems.length === 1 ? first.text : `${first.text}, and ${problems.length - 1} more`;
  const checks = reports.reduce((count, { report }) => count + report.service_checks.length, 0);
  return `${counted(reports.length, "instance")}, ${counted(checks, "service check")}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function detailsOf(problems: readonly Problem[]): string {
  const lines: string[] = [];
  let free = MAX_DETAILS;
  for (const { status, text } of problems) {
    const line = `${cut(`${STATUS_WORDS[status]} ${text}`, 300)}\n`;
    free -= bytes(line);
    if (free < 0) break;
    lines.push(line);
  }
  return lines.join("");
}

const bytes = (text: string) => Buffer.byteLength(text, "utf8");

/** A text for a host: on one line, without `|`, and no longer than so many bytes. */
function cut(text: string, maxBytes: number): string {
  const shown = wellFormed(text).replaceAll("|", "/");
  if (bytes(shown) <= maxBytes) return shown;
  let size = "…".length * 3;
  let end = 0;
  for (const character of shown) {
    size += bytes(character);
    if (size > maxBytes) break;
    end += character.length;
  }
  return `${shown.slice(0, end)}…`;
}
