import { type ConfigOf, nearest, type SampleKind } from "../config/mod.ts";
import type { MetricType } from "../openmetrics/mod.ts";
import { compilePattern, escapesToItself } from "../patterns/mod.ts";
import type { Note } from "../report/mod.ts";
import { clip, oneLine } from "../text/mod.ts";
import { TORCHSERVE_METRICS } from "../torchserve/mod.ts";
import type { SeenMetrics } from "./seen_metrics.ts";

/** Names that a sentence names, and most characters of each. */
const [SHOWN, SHOWN_CHARACTERS] = [3, 60];
/** Where so few of so many metrics are TorchServe's, it is hardly TorchServe that has them. */
const [FEW, MANY] = [2, 20];
/** The types of which a bare name in `extra_metrics` is enough. */
const COLLECTED: ReadonlySet<MetricType | undefined> = new Set(["counter", "gauge", "histogram", "summary", undefined]);

/**
 * What a person may look for in vain: metrics that are there and are not asked for, metrics that are asked for and are
 * not there, and the page of another program.
 *
 * @param seen what the source has
 * @param where what the source is called
 */
export async function exposedNotes(
  seen: SeenMetrics,
  { extra_metrics: extra }: Pick<ConfigOf<SampleKind>["options"], "extra_metrics">,
  where: string,
): Promise<Note[]> {
  if (seen.metrics.size === 0) return [];
  const names = [...seen.metrics.keys()];
  const ours = names.filter((name) => Object.hasOwn(TORCHSERVE_METRICS, name)).length;
  const left = [...seen.metrics].filter(([, { isCollected }]) => !isCollected);
  const items = extra.flatMap((item) => typeof item === "string" ? [item] : Object.keys(item));
  return [
    ...(ours === 0 || (ours <= FEW && names.length >= MANY) ? [another(ours, names, where)] : []),
    ...(left.length === 0 ? [] : [notCollected(left.map(([name, { type }]) => [name, type] as const), where)]),
    ...await notExposed(items, seen, where),
  ];
}

function another(ours: number, names: readonly string[], where: string): Note {
  const few = ours === 0 ? "none" : `only ${ours}`;
  return {
    text:
      `${where} has ${count(names.length)} (${listed(names)}), ${few} of which TorchServe has by itself: is it the ` +
      "page of another program? TorchServe has it at port 8082, path /metrics, unless metrics_address says otherwise.",
  };
}

function notCollected(left: readonly (readonly [string, MetricType | undefined])[], where: string): Note {
  return {
    text: `Exposed, not collected: ${count(left.length)} of ${where} (${listed(left.map(([name]) => name))}). ` +
      "To collect them, put these lines into the instance:",
    paste: ["extra_metrics:", ...left.map(([name, type]) => `  - ${item(name, type)}`)],
  };
}

/** As it stands in the configuration: with a type where the source has none that is collected. */
function item(name: string, type: MetricType | undefined): string {
  const pattern = escapesToItself(name) ? name : name.replace(/[^A-Za-z0-9_]/g, "\\$&");
  const key = /^[A-Za-z_][A-Za-z0-9_]*$/.test(pattern) ? pattern : `'${pattern.replaceAll("'", "''")}'`;
  if (COLLECTED.has(type)) return key;
  const own = Object.hasOwn(TORCHSERVE_METRICS, name) ? TORCHSERVE_METRICS[name] : name;
  return `${key}: {name: ${own === name ? key : own}, type: gauge}`;
}

async function notExposed(items: readonly string[], { metrics, exposed }: SeenMetrics, where: string): Promise<Note[]> {
  const names = [...metrics.keys(), ...exposed];
  const known = new Set(names);
  const notes: Note[] = [];
  for (const each of items) {
    const found = known.has(each) || (!escapesToItself(each) && await matchesAny(each, names));
    if (found) continue;
    const meant = nearest(each, names);
    notes.push({
      text: `extra_metrics: ${where} has no metric ${JSON.stringify(short(each))}` +
        (meant === undefined
          ? ": nothing is collected by it, unless it comes later, such as with the first request"
          : `. Did you mean ${short(meant)}?`),
    });
  }
  return notes;
}

async function matchesAny(source: string, names: readonly string[]): Promise<boolean> {
  const pattern = await compilePattern(source);
  return names.some((name) => pattern.matches(name));
}

const count = (many: number) => `${many.toLocaleString("en-US")} metric${many === 1 ? "" : "s"}`;
const short = (name: string) => oneLine(clip(name, SHOWN_CHARACTERS));

function listed(names: readonly string[]): string {
  const more = names.length > SHOWN ? ", …" : "";
  return `${names.slice(0, SHOWN).map(short).join(", ")}${more}`;
}
