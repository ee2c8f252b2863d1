import type { AgentClient } from "./agent/client.ts";
import { type Case, ELAPSED, HOST_START } from "./case.ts";
import { compare } from "./compare.ts";
import type { Difference, Results } from "./difference.ts";
import { DIFFERENCES } from "./differences.ts";
import { Ours } from "./ours.ts";
import type { OurSide } from "./our_side.ts";
import { fromAgent, type Submissions } from "./submissions.ts";
import type { Endpoint, Target } from "./target.ts";

/** How a case ended. Lines are those of {@linkcode compare}, with the scrape's number. */
export interface Verdict {
  /** Before any filter. */
  readonly raw: readonly string[];
  /** After the filters of the intended differences. */
  readonly left: readonly string[];
  /** The records whose filters were asked. */
  readonly records: readonly string[];
}

/** Runs cases on both sides, on the same bytes from one server. */
export class Differential {
  readonly #agent: AgentClient;
  readonly #target: Target;
  readonly #ours: OurSide;
  readonly #differences: readonly Difference[];
  #count = 0;

  constructor(agent: AgentClient, target: Target, ours: OurSide = new Ours(), differences = DIFFERENCES) {
    this.#agent = agent;
    this.#target = target;
    this.#ours = ours;
    this.#differences = differences;
  }

  async run(made: Case): Promise<Verdict> {
    const endpoint = await this.#target.endpoint(made.scrapes.some(({ kind }) => kind === "refused"));
    try {
      const [ours, agent] = await this.#runBoth(made, endpoint);
      const raw = compareAll(ours, agent);
      if (raw.length === 0) return { raw, left: raw, records: [] };
      return { raw, ...await this.#settle(made, endpoint, ours, agent) };
    } finally {
      await endpoint.close();
    }
  }

  async #runBoth(made: Case, endpoint: Endpoint): Promise<[Submissions[], Submissions[]]> {
    const instance = { ...made.instance, openmetrics_endpoint: endpoint.url };
    const runOurs = await this.#ours.submissions(made.mode, instance);
    const ours: Submissions[] = [];
    const agent = await this.#runAgent(made, endpoint, async () => void ours.push(await runOurs()));
    return [ours, agent];
  }

  async #runAgent(made: Case, endpoint: Endpoint, beside?: () => Promise<void>): Promise<Submissions[]> {
    const key = `${++this.#count}`;
    const instance = { ...made.instance, openmetrics_endpoint: endpoint.url };
    await this.#agent.create(key, { kind: "openmetrics", instance, startTime: HOST_START });
    const results: Submissions[] = [];
    for (const scrape of made.scrapes) {
      await endpoint.answerWith(scrape);
      const [run] = await Promise.all([this.#agent.run(key), beside?.()]);
      results.push(fromAgent(run));
    }
    await this.#agent.drop(key);
    return results;
  }

  async #settle(
    made: Case,
    endpoint: Endpoint,
    ours: readonly Submissions[],
    rawAgent: readonly Submissions[],
  ): Promise<Pick<Verdict, "left" | "records">> {
    const differences = this.#differences.filter(({ applies }) => applies(made));
    const records = differences.map(({ record }) => record);
    const forAgent = differences.reduce((changed, difference) => difference.forAgent?.(changed) ?? changed, made);
    const agent = forAgent === made ? rawAgent : await this.#runAgent(forAgent, endpoint);
    const withoutTelemetry = differences.some(({ otherPayload }) => otherPayload);
    const left = made.scrapes.flatMap((_, k) => {
      const sides = { ours: ours[k], agent: agent[k], rawAgent: rawAgent[k] };
      if (sides.ours === undefined || sides.agent === undefined || sides.rawAgent === undefined) return [];
      const first: Results = { ours: sides.ours, agent: sides.agent, rawAgent: sides.rawAgent };
      const settled = differences.reduce((results, { settle }) => settle?.(results, made, k) ?? results, first);
      const mask = withoutTelemetry ? maskTelemetry : (side: Submissions) => side;
      return compareOne(mask(settled.ours), mask(settled.agent), k);
    });
    return { left, records };
  }
}

function maskTelemetry(side: Submissions): Submissions {
  return { ...side, metrics: side.metrics.filter(({ name }) => !name.includes(".telemetry.")) };
}

function compareAll(ours: readonly Submissions[], agent: readonly Submissions[]): string[] {
  return agent.flatMap((side, k) => {
    const own = ours[k];
    return own === undefined ? [`scrape ${k}: ours is missing`] : compareOne(own, side, k);
  });
}

function compareOne(ours: Submissions, agent: Submissions, scrape: number): string[] {
  return compare(ours, agent, { elapsed: [ELAPSED] }).map((line) => `scrape ${scrape}: ${line}`);
}
