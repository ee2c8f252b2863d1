import type { Answer, Block, Case, Mode, Scrape } from "./case.ts";
import { type FamilyPlan, OPENMETRICS_FAMILIES, OTHER_FAMILIES, TORCHSERVE_FAMILIES } from "./families.ts";
import { FamilyHistory } from "./generate_families.ts";
import { LabelWorld } from "./generate_labels.ts";
import { generateOptions } from "./generate_options.ts";
import { derivedSeed, Random } from "./random.ts";
import { ODDITIES } from "./oddities.ts";
import type { Oddity } from "./oddity.ts";

/** How often each oddity comes up by itself; all of them together in one or two of a thousand cases. */
const ODDITY_PROBABILITY = 0.0001;

/**
 * The n-th case of a seed.
 *
 * @param forced an oddity that leads to an intended difference
 */
export function generateCase(seed: number, n: number, forced?: string): Case {
  const random = new Random(derivedSeed(seed, n));
  const oddities = ODDITIES.filter(({ name }) => name === forced || random.chance(ODDITY_PROBABILITY));
  const format = oddities.find((oddity) => oddity.format !== undefined)?.format ??
    (random.chance(0.3) ? "openmetrics" : "prometheus");
  const prefix = random.chance(0.04) || oddities.some((oddity) => oddity.prefix) ? "svc_" : "";
  const families = chooseFamilies(random, format, prefix, oddities);
  const world = new LabelWorld(random, oddities.some((oddity) => oddity.hosts === 2) ? 2 : 1);
  const histories = families.map((family) => new FamilyHistory(random, family, world.sets(family.labels), format));
  const instance = generateOptions({ random, families, format, prefix });
  const count = random.int(3, 5);
  const changing = histories.find(({ plan }) => oddities.some(({ changing }) => changing === plan.name));
  const changesAt = random.int(1, count - 1);
  const present = random.chance(0.7) ? 1 : 0.8;
  const headers = contentType(random, format);
  const lineEnd = format === "prometheus" && random.chance(0.05) ? "\r\n" : "\n";
  const odd = format === "prometheus" && random.chance(0.15);
  const chunked = random.chance(0.1);
  const scrapes: Scrape[] = [];
  for (let k = 0; k < count; k++) {
    if (k === changesAt && format === "prometheus") changing?.changeType();
    const blocks = histories.filter(({ plan }) => random.chance(present) || plan.name === "target_info")
      .map((history) => prefixed(history.next(), prefix));
    // An exporter that says things twice; of service checks this would be a difference.
    const repeatable = blocks.filter((block) => block.kind === "bad" || !block.name.endsWith("node_state"));
    const repeated = format === "prometheus" && repeatable.length > 0 && random.chance(0.03)
      ? random.pick(repeatable)
      : undefined;
    if (repeated !== undefined) blocks.push(repeated);
    const answer: Answer = { kind: "answer", format, contentType: headers, lineEnd, odd, chunked, blocks };
    scrapes.push(failure(random) ?? answer);
  }
  const modes: readonly Mode[] = ["connected", "handed"];
  const plain: Case = {
    name: `${seed}/${n}${forced === undefined ? "" : `/${forced}`}`,
    mode: n % 40 === 39 ? "process" : modes[n % 2] ?? "connected",
    instance,
    scrapes: withOneAnswer(scrapes, histories, { format, headers, lineEnd, prefix }),
  };
  return oddities.reduce((made, oddity) => oddity.apply(made, random), plain);
}

function chooseFamilies(
  random: Random,
  format: Answer["format"],
  prefix: string,
  oddities: readonly Oddity[],
): FamilyPlan[] {
  const pool = [
    ...random.some(TORCHSERVE_FAMILIES, 0.3),
    ...random.some(OTHER_FAMILIES, 0.3),
    ...(format === "openmetrics" ? random.some(OPENMETRICS_FAMILIES, 0.3) : []),
  ];
  const needed = oddities.flatMap(({ families = [] }) => families);
  const all = [...TORCHSERVE_FAMILIES, ...OTHER_FAMILIES, ...OPENMETRICS_FAMILIES];
  const chosen = all.filter((family) => pool.includes(family) || needed.includes(family.name));
  // A prefix loses the Agent the quantiles of summaries: an intended difference. A state set's label has its name.
  const unfit = (family: FamilyPlan) => family.type === "stateset" || family.type === "summary";
  const kept = prefix === "" ? chosen : chosen.filter((family) => !unfit(family) || needed.includes(family.name));
  return kept.length > 0 ? random.sample(kept, kept.length) : [...TORCHSERVE_FAMILIES.slice(0, 2)];
}

function prefixed(block: ReturnType<FamilyHistory["next"]>, prefix: string): Block {
  return prefix === "" ? block : { ...block, name: `${prefix}${block.name}` };
}

function contentType(random: Random, format: Answer["format"]): string {
  if (format === "openmetrics") return "application/openmetrics-text; version=1.0.0; charset=utf-8";
  return random.pick([
    "text/plain; version=0.0.4; charset=utf-8",
    "text/plain;charset=utf-8",
    "text/plain; version=0.0.4; charset=UTF-8",
  ]);
}

function failure(random: Random): Scrape | undefined {
  if (random.chance(0.05)) return { kind: "status", status: random.pick([500, 404, 401, 503]) };
  if (random.chance(0.03)) return { kind: "refused" };
  return undefined;
}

/** A payload without samples is an intended difference: it gets one. */
function withOneAnswer(
  scrapes: readonly Scrape[],
  histories: readonly FamilyHistory[],
  { prefix }: { readonly format: Answer["format"]; headers: string; lineEnd: string; readonly prefix: string },
): Scrape[] {
  return scrapes.map((scrape) => {
    if (scrape.kind !== "answer" || scrape.blocks.length > 0) return scrape;
    const [history] = histories;
    return history === undefined ? scrape : { ...scrape, blocks: [prefixed(history.next(), prefix)] };
  });
}
