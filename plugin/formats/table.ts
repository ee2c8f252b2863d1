import type { CatalogueEntry } from "../catalogue/mod.ts";
import type { Event, Report, ServiceCheck } from "../report/mod.ts";
import { oneLine } from "../text/mod.ts";
import { statusForPeople } from "./exit_status.ts";
import type { Format, FormatOptions, InstanceReport } from "./format.ts";
import { type Paint, section, type Tone } from "./style.ts";
import { metricLines } from "./table_metrics.ts";
import { commonTags, tagsWithout } from "./table_tags.ts";
import { isWell, serviceStatus, STATUS_WORDS, verdict } from "./verdict.ts";

type Catalogue = ReadonlyMap<string, CatalogueEntry>;

const STATUS_TONES = ["good", "doubtful", "bad", "doubtful"] as const satisfies readonly Tone[];
const VERDICT_TONES: Readonly<Record<string, Tone>> = { OK: "good", CRITICAL: "bad", ERROR: "bad" };

/**
 * For a person who has just changed a configuration: the verdict first, then everything that was found. `quiet` shows
 * errors, warnings and service checks that are not OK, and nothing of an instance that is well.
 */
export const table: Format = {
  audience: "people",
  takes: ["quiet", "failOn", "verbose", "watch"],
  exitStatus: statusForPeople,
  render: async ({ reports }, options) => {
    const shown = options.quiet ? reports.filter(({ report }) => !isWell(report)) : reports;
    const catalogue = await options.catalogue();
    return { text: shown.map((of) => reportLines(of, catalogue, options).join("\n")).join("") };
  },
};

/** The last two are empty: the text ends with an empty line. */
function reportLines(of: InstanceReport, catalogue: Catalogue, options: FormatOptions): string[] {
  const { paint, quiet } = options;
  const { report } = of;
  const word = verdict(report);
  const head = [`${paint("strong", titleOf(of))}  ${paint(VERDICT_TONES[word] ?? "doubtful", word)}`];
  const common = commonTags(report);
  const parts = quiet
    ? [
      head,
      errorLines(report, paint),
      serviceCheckLines(report.service_checks.filter((check) => serviceStatus(check) !== 0), common, paint),
      warningLines(report, paint),
    ]
    : [
      head,
      errorLines(report, paint),
      common.length === 0 ? [] : [section("Tags of everything", paint), `    ${common.join("  ")}`],
      serviceCheckLines(report.service_checks, common, paint),
      metricLines(report, common, catalogue, options),
      eventLines(report.events, common, paint),
      metadataLines(report, paint),
      warningLines(report, paint),
      ["", paint("faint", `  ${summary(report)}`)],
    ];
  return [...parts.flat(), "", ""];
}

/** `openmetrics  http://…`, or the place in the file of an instance that cannot run. */
function titleOf({ instance, kind, url }: InstanceReport): string {
  return oneLine(kind === undefined || url === undefined ? instance : `${kind}  ${url}`);
}

/** A message has one line for each issue of a configuration. */
function errorLines({ error }: Report, paint: Paint): string[] {
  if (error === undefined) return [];
  const messages = error.code === "config" ? error.message.split("\n") : [error.message];
  const lines = [
    `\n  ${paint("bad", `Error (${oneLine(error.code)})`)}`,
    ...messages.map((message) => `    ${oneLine(message)}`),
  ];
  if (error.hint !== undefined) lines.push(`    ${paint("strong", "What to do:")} ${oneLine(error.hint)}`);
  return lines;
}

function serviceCheckLines(checks: readonly ServiceCheck[], common: readonly string[], paint: Paint): string[] {
  if (checks.length === 0) return [];
  const rows = checks.map((check) => {
    const status = serviceStatus(check);
    const message = check.message === undefined ? [] : [oneLine(check.message)];
    return {
      word: paint(STATUS_TONES[status], STATUS_WORDS[status].padEnd(8)),
      name: oneLine(check.name),
      rest: [...tagsWithout(check.tags, common), ...message].join("  "),
    };
  });
  const width = rows.reduce((most, { name }) => Math.max(most, name.length), 0);
  return [
    section("Service checks", paint),
    ...rows.map(({ word, name, rest }) => `    ${word}  ${rest === "" ? name : `${name.padEnd(width)}  ${rest}`}`),
  ];
}

function eventLines(events: readonly Event[], common: readonly string[], paint: Paint): string[] {
  if (events.length === 0) return [];
  return [
    section(`Events (${events.length})`, paint),
    ...events.flatMap(({ msg_title: title, msg_text: text, tags }) => [
      `    ${oneLine(title)}`,
      `      ${oneLine(text)}  ${paint("faint", tagsWithout(tags, common).join("  "))}`.trimEnd(),
    ]),
  ];
}

function metadataLines({ metadata }: Report, paint: Paint): string[] {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return [];
  return [section("Metadata", paint), ...entries.map(([name, value]) => `    ${oneLine(name)}  ${oneLine(value)}`)];
}

function warningLines({ warnings }: Report, paint: Paint): string[] {
  if (warnings.length === 0) return [];
  return [
    section(`Warnings (${warnings.length})`, paint),
    ...warnings.map(({ code, message }) => `    ${paint("doubtful", oneLine(code).padEnd(8))}  ${oneLine(message)}`),
  ];
}

function summary({ stats }: Report): string {
  const plural = (count: number, noun: string) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
  const parts = [plural(stats.requests, "request"), plural(stats.bytes, "byte")];
  if (stats.samples > 0) parts.push(plural(stats.samples, "sample"));
  return `${parts.join(", ")} in ${stats.duration_ms.toFixed(1)} ms`;
}
