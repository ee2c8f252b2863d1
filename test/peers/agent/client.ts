import * as v from "valibot";
import { TORCHSERVE_METRICS } from "../../../plugin/torchserve/mod.ts";
import type { InstanceKind } from "../../../plugin/config/types.ts";
import { JsonLines } from "./json_lines.ts";

const tags = v.array(v.string());

/** What a run on the Agent's runtime submitted, in the order of submission (`agent_check.py`). */
export const runSchema = v.object({
  metrics: v.array(v.tuple([v.string(), v.string(), v.number(), tags, v.string(), v.boolean()])),
  buckets: v.array(
    v.tuple([v.string(), v.number(), v.string(), v.string(), v.boolean(), tags, v.string(), v.boolean()]),
  ),
  service_checks: v.array(v.tuple([v.string(), v.number(), tags, v.string(), v.string()])),
  events: v.array(v.record(v.string(), v.unknown())),
  metadata: v.record(v.string(), v.string()),
  error: v.nullable(v.string()),
});

export type AgentRun = v.InferOutput<typeof runSchema>;

/** How a check is made. */
export interface AgentCheckConfig {
  readonly kind: Exclude<InstanceKind, "metrics_log">;
  readonly instance: Readonly<Record<string, unknown>>;
  /** What the Agent says is its start, in seconds since the epoch. */
  readonly startTime?: number;
}

/** One Python process with checks of the Agent in it. Requests are answered in their order. */
export class AgentClient {
  readonly #process: JsonLines;

  private constructor(process: JsonLines) {
    this.#process = process;
  }

  /** Starts the process; the environment is made first where there is none. */
  static async start(): Promise<AgentClient> {
    return new AgentClient(await JsonLines.start("agent_check.py"));
  }

  /** Makes a check under a key. @throws {Error} when its configuration is refused right away */
  async create(check: string, { kind, instance, startTime = 0 }: AgentCheckConfig): Promise<void> {
    const reply = await this.#process.ask({
      op: "create",
      check,
      kind,
      instance,
      metrics: TORCHSERVE_METRICS,
      start_time: startTime,
    });
    const error = typeof reply === "object" && reply !== null && "error" in reply ? reply.error : undefined;
    if (error) throw new Error(`the Agent's check cannot be made: ${error}`);
  }

  async run(check: string): Promise<AgentRun> {
    const reply = await this.#process.ask({ op: "run", check });
    const read = v.safeParse(runSchema, reply);
    if (!read.success) throw new Error(`unexpected reply of agent_check.py: ${JSON.stringify(reply).slice(0, 1_000)}`);
    return read.output;
  }

  async drop(check: string): Promise<void> {
    await this.#process.ask({ op: "drop", check });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#process.close();
  }
}
