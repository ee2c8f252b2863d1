/**
 * The differential suite: random scrape sequences × random options, our check against the Agent's OpenMetrics V2 check.
 *
 *     deno run -A test/peers/openmetrics_differential.ts [--seed N] [--cases N] [--case N] [--oddity RECORD]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { AgentClient } from "./agent/client.ts";
import { type Case, render } from "./case.ts";
import { Differential } from "./differential.ts";
import type { OurSide } from "./our_side.ts";
import { generateCase } from "./generate_case.ts";
import { shrink } from "./shrink.ts";
import { Target } from "./target.ts";

export interface SuiteOptions {
  readonly seed: number;
  readonly cases: number;
  /** The first case's number. */
  readonly from?: number;
  /** The record of a difference that every case is to show. */
  readonly oddity?: string | undefined;
  /** Our side; by default a session in this process. */
  readonly ours?: OurSide;
  /** Receives a smallest reproducer for each of the first few failures. */
  readonly onFailure: (text: string) => void;
}

export interface SuiteResult {
  readonly cases: number;
  /** Cases without any difference. */
  readonly equal: number;
  /** Cases without any but intended differences. */
  readonly equalAfterFilters: number;
  readonly seconds: number;
}

/** Cases under way at once: the Agent's side works while ours waits, and the other way round. */
const AT_ONCE = 4;
/** Failures that are made small and shown. */
const SHOWN = 3;

export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const start = performance.now();
  const [agent, target] = await Promise.all([AgentClient.start(), Target.start()]);
  const differential = new Differential(agent, target, options.ours);
  let [next, equal, equalAfterFilters, shown] = [options.from ?? 0, 0, 0, 0];
  const end = next + options.cases;
  const worker = async () => {
    while (next < end) {
      const made = generateCase(options.seed, next++, options.oddity);
      const verdict = await differential.run(made);
      if (verdict.raw.length === 0) equal++;
      if (verdict.left.length === 0) equalAfterFilters++;
      else if (shown++ < SHOWN) options.onFailure(await reproducer(differential, made));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    await Promise.all([agent.close(), target.close()]);
  }
  return { cases: options.cases, equal, equalAfterFilters, seconds: (performance.now() - start) / 1_000 };
}

async function reproducer(differential: Differential, made: Case): Promise<string> {
  const first = kinds((await differential.run(made)).left);
  const fails = async (smaller: Case) => {
    const now = kinds((await differential.run(smaller)).left);
    return now.size > 0 && now.isSubsetOf(first);
  };
  const smallest = await shrink(made, fails);
  const { left } = await differential.run(smallest);
  const decoder = new TextDecoder();
  const scrapes = smallest.scrapes.map((scrape, k) =>
    scrape.kind === "answer"
      ? `--- scrape ${k}: ${scrape.contentType}\n${decoder.decode(render(scrape)).trimEnd()}`
      : `--- scrape ${k}: ${scrape.kind === "status" ? `status ${scrape.status}` : "connection refused"}`
  );
  return [
    `case ${made.name} (${smallest.mode}), made small:`,
    `instance: ${JSON.stringify(smallest.instance)}`,
    ...scrapes,
    "--- differences",
    ...left.slice(0, 20),
    ...(left.length > 20 ? [`… and ${left.length - 20} more`] : []),
    "",
  ].join("\n");
}

/** What differs, without scrapes, names and values: making a case small must not lead to another difference. */
function kinds(lines: readonly string[]): Set<string> {
  return new Set(
    lines.map((line) => line.replace(/^scrape \d+: /, "").split(" ").slice(0, 3).join(" ").replace(/[[\d].*/, "")),
  );
}

/** `2000 cases (seed 1): 1994 equal before filtering (99.70 %), 2000 after filtering (100.00 %), 92 s` */
export function summary(seed: number, { cases, equal, equalAfterFilters, seconds }: SuiteResult): string {
  const percent = (count: number) => `${(100 * count / cases).toFixed(2)} %`;
  return `${cases} cases (seed ${seed}): ${equal} equal before filtering (${percent(equal)}), ` +
    `${equalAfterFilters} after filtering (${percent(equalAfterFilters)}), ${Math.round(seconds)} s`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      cases: { type: "string", default: "2000" },
      case: { type: "string" },
      oddity: { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const result = await runSuite({
    seed,
    cases: values.case === undefined ? Number(values.cases) : 1,
    from: Number(values.case ?? 0),
    oddity: values.oddity,
    onFailure: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${summary(seed, result)}\n`);
  if (result.equalAfterFilters < result.cases) process.exitCode = 1;
}
