import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { TORCHSERVE_METRICS } from "../../../plugin/torchserve/mod.ts";
import type { InstanceKind } from "../../../plugin/config/types.ts";
import { prepareAgent } from "./prepare.ts";

const tags = v.array(v.string());

const runSchema = v.object({
  metrics: v.array(v.tuple([v.string(), v.string(), v.number(), tags, v.string(), v.boolean()])),
  buckets: v.array(
    v.tuple([v.string(), v.number(), v.string(), v.string(), v.boolean(), tags, v.string(), v.boolean()]),
  ),
  service_checks: v.array(v.tuple([v.string(), v.number(), tags, v.string(), v.string()])),
  events: v.array(v.record(v.string(), v.unknown())),
  metadata: v.record(v.string(), v.string()),
  error: v.nullable(v.string()),
});

/** What a run on the Agent's runtime submitted, in the order of submission (`agent_check.py`). */
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
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string | Error) => void)[] = [];
  #errors = "";
  #ended: Error | undefined;

  private constructor(python: string) {
    const script = fileURLToPath(new URL("agent_check.py", import.meta.url));
    this.#child = spawn(python, [script], { env: withoutProxies() });
    this.#child.stderr.on("data", (piece) => this.#errors = (this.#errors + piece).slice(-4_000));
    this.#child.on("error", (cause) => this.#end(new Error(`${python} cannot run: ${cause.message}`)));
    this.#child.on("close", (status) => this.#end(new Error(`${python} ended (${status}): ${this.#errors}`)));
    const lines = createInterface({ input: this.#child.stdout, crlfDelay: Infinity });
    lines.on("line", (line) => this.#waiting.shift()?.(line));
  }

  /** Starts the process; the environment is made first where there is none. */
  static async start(): Promise<AgentClient> {
    return new AgentClient(await prepareAgent());
  }

  /** Makes a check under a key. @throws {Error} when its configuration is refused right away */
  async create(check: string, { kind, instance, startTime = 0 }: AgentCheckConfig): Promise<void> {
    const reply = await this.#ask({
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
    const reply = await this.#ask({ op: "run", check });
    const read = v.safeParse(runSchema, reply);
    if (!read.success) throw new Error(`unexpected reply of agent_check.py: ${JSON.stringify(reply).slice(0, 1_000)}`);
    return read.output;
  }

  async drop(check: string): Promise<void> {
    await this.#ask({ op: "drop", check });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdin.end();
    await closed;
  }

  async #ask(request: unknown): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    const line = await new Promise<string | Error>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (line instanceof Error) throw line;
    return JSON.parse(line);
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const resolve of this.#waiting.splice(0)) resolve(this.#ended);
  }
}

/** The comparisons' servers are on this machine. */
function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
}
