import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { Report, Warning } from "../../report/mod.ts";
import { clipColumns, oneLine } from "../../text/mod.ts";
import { commonTags } from "../common_tags.ts";
import type { FormatOptions, InstanceReport } from "../format.ts";
import { judged } from "../judged.ts";
import { serviceStatus, verdict } from "../verdict.ts";
import { causeLines } from "./cause.ts";
import { eventLines } from "./events.ts";
import { HANG, paragraph, type Screen, section, wrapped } from "./layout.ts";
import type { InstanceMemory } from "./memory.ts";
import { metricLines } from "./metrics.ts";
import { modelLines } from "./models.ts";
import { noteLines } from "./notes.ts";
import { checkLines } from "./service_checks.ts";
import { titleOf } from "./title.ts";
import { verdictTone } from "./tones.ts";
import { exact, plural, readable } from "./values.ts";

/** So many warnings are shown. */
const MAX_WARNINGS = 10;
/** A line of a file with its number, and a mark below what is meant: columns of it say something. */
const EXCERPT = /^ *\d* \| /;
/** What is of a model has a tag that names it. */
const MODEL_TAG = "model_name:";

/** What the parts of an instance are shown by. */
export type InstanceOptions = Omit<FormatOptions, "catalogue"> & {
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
};

/** All that is shown of one instance, without the empty line behind it. */
export function instanceLines(
  of: InstanceReport,
  options: InstanceOptions,
  memory: InstanceMemory,
  screen: Screen,
): string[] {
  const { quiet, verbose = false, chosen = false, catalogue } = options;
  const { report, insight } = of;
  const { paint } = screen;
  const word = verdict(judged(of));
  const common = commonTags(report);
  const models = insight?.models;
  const checks = report.service_checks.filter(({ name }) => models === undefined || name !== models.check);
  const unwell = checks.filter((check) => serviceStatus(check) !== 0);
  const warnings = report.warnings.filter(({ message }) => !checks.some((check) => check.message === message));
  const head = `${paint("strong", titleOf(of).filter((part) => part !== "").join("  "))}  ${
    paint(verdictTone(word), word)
  }`;
  const modelPart = models === undefined || models.rows.length === 0
    ? []
    : modelLines(models, { verbose, quiet }, memory, screen);
  if (quiet) {
    return [
      head,
      ...errorLines(report, insight?.cause === undefined, screen),
      ...causeLines(insight?.cause, screen),
      ...checkLines(unwell, report.error?.message, common, verbose, screen),
      ...modelPart,
      ...warningLines(warnings, verbose, screen),
    ];
  }
  const isElsewhere = (tags: readonly string[]) =>
    modelPart.length > 0 && tags.some((tag) => tag.startsWith(MODEL_TAG));
  return [
    head,
    ...errorLines(report, insight?.cause === undefined, screen),
    ...causeLines(insight?.cause, screen),
    ...tagLines(common, screen),
    ...checkLines(checks, report.error?.message, common, verbose, screen),
    ...modelPart,
    ...metricLines(report, common, { catalogue, verbose, chosen, isElsewhere }, memory, screen),
    ...eventLines(report.events, common, memory, screen),
    ...metadataLines(report, screen),
    ...warningLines(warnings, verbose, screen),
    ...noteLines(insight?.notes ?? [], verbose, screen),
    "",
    ...paragraph(statistics(report), { indent: 2, tone: "faint" }, screen),
  ];
}

/**
 * A message has one line for each issue of a configuration.
 *
 * @param advises whether what to do is not said elsewhere
 */
function errorLines({ error }: Report, advises: boolean, screen: Screen): string[] {
  if (error === undefined) return [];
  const { paint } = screen;
  const messages = error.code === "config" ? error.message.split("\n") : [error.message];
  const hint = error.hint === undefined || !advises
    ? []
    : paragraph(`What to do: ${oneLine(error.hint)}`, { indent: 4, hang: 6, tone: "strong" }, screen);
  return [
    "",
    `  ${paint("bad", `Error (${oneLine(error.code)})`)}`,
    ...messages.map(oneLine).flatMap((message) =>
      EXCERPT.test(message)
        ? [`    ${clipColumns(message, screen.width - 4)}`]
        : paragraph(message, { indent: 4, hang: 6 }, screen)
    ),
    ...hint,
  ];
}

function tagLines(common: readonly string[], screen: Screen): string[] {
  return common.length === 0
    ? []
    : [...section("Tags of everything", screen), ...wrapped(common, "  ", { indent: 4 }, screen)];
}

function metadataLines({ metadata }: Report, screen: Screen): string[] {
  const entries = Object.entries(metadata);
  if (entries.length === 0) return [];
  const lines = entries.map(([name, value]) => `${oneLine(name)}  ${oneLine(value)}`);
  return [...section("Metadata", screen), ...lines.flatMap((line) => paragraph(line, { indent: 4, hang: 6 }, screen))];
}

function warningLines(warnings: readonly Warning[], verbose: boolean, screen: Screen): string[] {
  if (warnings.length === 0) return [];
  const shown = verbose ? warnings : warnings.slice(0, MAX_WARNINGS);
  const lines = shown.flatMap(({ code, message }) => {
    const [first = "", ...more] = paragraph(oneLine(message), { indent: HANG }, screen);
    return [`    ${screen.paint("doubtful", oneLine(code).padEnd(8))}  ${first.trimStart()}`.trimEnd(), ...more];
  });
  const left = warnings.length - shown.length;
  const rest = left === 0 ? [] : [screen.paint("faint", `    … and ${exact(left)} more: --verbose shows all`)];
  return [...section(`Warnings (${exact(warnings.length)})`, screen), ...lines, ...rest];
}

function statistics({ stats }: Report): string {
  const parts = [plural(stats.requests, "request"), readable(stats.bytes, "byte")];
  if (stats.samples > 0) parts.push(plural(stats.samples, "sample"));
  return `${parts.join(", ")} in ${stats.duration_ms.toFixed(1)} ms`;
}
