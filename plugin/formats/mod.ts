/**
 * From reports to text and exit status: one file for each format, behind one interface.
 *
 * @module
 */
import type { Family } from "./exposition/mod.ts";
import type { Format } from "./format.ts";

export { exposedName } from "./exposition/names.ts";
export { EXIT, type ExitPolicy, FAIL_ON, type FailOn } from "./exit_status.ts";
export type { Family } from "./exposition/mod.ts";
export type { Format, FormatOption, FormatOptions, InstanceReport, Pieces, Rendered, Round, Turn } from "./format.ts";
export { together } from "./pieces.ts";
export { duration } from "./table/values.ts";
export { judged } from "./judged.ts";
export { paintFor, plain, type Tone } from "./style.ts";
export { STATUS_WORDS, worstStatus } from "./verdict.ts";

/** Every format by the name that `--format` takes; each is loaded when it is asked for. */
const FORMATS = {
  table: async () => (await import("./table/mod.ts")).table,
  json: async () => (await import("./json.ts")).json,
  ndjson: async () => (await import("./ndjson.ts")).ndjson,
  checkmk: async () => (await import("./checkmk.ts")).checkmk,
  dogstatsd: async () => (await import("./dogstatsd.ts")).dogstatsd,
  influx: async () => (await import("./influx.ts")).influx,
  nagios: async () => (await import("./nagios.ts")).nagios,
  newrelic: async () => (await import("./newrelic.ts")).newrelic,
  openmetrics: async () => (await import("./openmetrics.ts")).openmetrics,
  prometheus: async () => (await import("./prometheus.ts")).prometheus,
} as const satisfies Readonly<Record<string, () => Promise<Format>>>;

export type FormatName = keyof typeof FORMATS;

/** The names of all formats; the first is the default. */
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** Loads a format. */
export function loadFormat(name: FormatName): Promise<Format> {
  return FORMATS[name]();
}

/** Families that are of no report, as text: what a program tells of itself. */
export async function exposeFamilies(
  families: readonly Family[],
  name: Extract<FormatName, "openmetrics" | "prometheus">,
): Promise<string> {
  return (await import("./exposition/mod.ts")).exposeFamilies(families, { isOpenMetrics: name === "openmetrics" });
}
