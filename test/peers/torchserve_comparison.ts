/**
 * Our three checks against the Agent's, on the answers of one TorchServe (or the emulator).
 *
 *     deno run -A test/peers/torchserve_comparison.ts [--metrics URL] [--inference URL] [--management URL]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { AgentClient } from "./agent/client.ts";
import { compare } from "./compare.ts";
import { Ours } from "./ours.ts";
import type { OurSide } from "./our_side.ts";
import { Replay } from "./replay.ts";
import { fromAgent, type Submissions } from "./submissions.ts";

/** Where a TorchServe answers; only those that are there are compared. */
export interface TorchServeUrls {
  /** `/metrics` included. */
  readonly metrics?: string | undefined;
  readonly inference?: string | undefined;
  readonly management?: string | undefined;
}

/** How one check compares. */
export interface CheckDifferences {
  /** How many metrics, service checks and events the Agent's check submitted: nothing is not equality. */
  readonly submissions: number;
  /** What one side submitted and the other did not, a line each, with the run's number. */
  readonly differences: readonly string[];
}

export type Differences = Readonly<Partial<Record<keyof TorchServeUrls, CheckDifferences>>>;

export interface ComparisonOptions {
  /** Called between two runs, to change what the server says; it is asked again then. */
  readonly between?: () => Promise<void>;
  /** Options that instances have besides the address. */
  readonly instance?: Readonly<Record<string, unknown>>;
  /** Our side; by default a session in this process. */
  readonly ours?: OurSide;
}

const CHECKS = [
  ["metrics", "openmetrics", "openmetrics_endpoint"],
  ["inference", "inference", "inference_api_url"],
  ["management", "management", "management_api_url"],
] as const;

/**
 * Runs both sides twice on a server's answers. Both get the same bytes: the server is asked once for each resource, and
 * what it said is repeated to both.
 *
 * @throws {Error} when there is no Python with the Agent's runtime
 */
export async function compareWithAgent(urls: TorchServeUrls, options: ComparisonOptions = {}): Promise<Differences> {
  const agent = await AgentClient.start();
  const { ours = new Ours() } = options;
  const result: Partial<Record<keyof TorchServeUrls, CheckDifferences>> = {};
  const comparisons: Comparison[] = [];
  try {
    for (const [name, kind, key] of CHECKS) {
      const url = urls[name];
      if (url === undefined) continue;
      const replay = await Replay.of(url);
      const instance = { ...options.instance, [key]: replay.url };
      await agent.create(name, { kind, instance });
      comparisons.push(new Comparison(name, replay, agent, await ours.submissions("connected", instance)));
    }
    for (const comparison of comparisons) await comparison.run();
    await options.between?.();
    for (const comparison of comparisons) await comparison.run();
    for (const { name, submissions, differences } of comparisons) result[name] = { submissions, differences };
    return result;
  } finally {
    await Promise.all([agent.close(), ...comparisons.map(({ replay }) => replay.close())]);
  }
}

class Comparison {
  submissions = 0;
  readonly differences: string[] = [];
  #runs = 0;

  constructor(
    readonly name: keyof TorchServeUrls,
    readonly replay: Replay,
    readonly agent: AgentClient,
    readonly runOurs: () => Promise<Submissions>,
  ) {}

  async run(): Promise<void> {
    const number = ++this.#runs;
    this.replay.forget();
    const ours = await this.runOurs();
    const agent = fromAgent(await this.agent.run(this.name));
    this.submissions += agent.metrics.length + agent.serviceChecks.length + agent.events.length;
    this.differences.push(...compare(ours, agent).map((line) => `run ${number}: ${line}`));
  }
}

if (import.meta.main) {
  const url = { type: "string" } as const;
  const { values } = parseArgs({ options: { metrics: url, inference: url, management: url } });
  const result = await compareWithAgent(values);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (Object.values(result).some(({ differences }) => differences.length > 0)) process.exitCode = 1;
}
