import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { TORCHSERVE_METRICS } from "../../plugin/torchserve/mod.ts";
import { prepareAgent } from "../../test/peers/agent/prepare.ts";
import { Connected } from "../connected.ts";

const SCRIPT = fileURLToPath(new URL("agent_scrape.py", import.meta.url));

const reply = v.object({ seconds: v.number(), submitted: v.number() });

/** The process that has the check of one instance: it ends with its input. */
export async function agentCommand(instance: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  return [await prepareAgent(), SCRIPT, JSON.stringify({ instance, metrics: TORCHSERVE_METRICS })];
}

/** The Agent's base check for one endpoint, in its own process. */
export class AgentCheck {
  readonly #process: Connected;

  private constructor(process: Connected) {
    this.#process = process;
  }

  /** @throws {Error} when there is no Python with the Agent's runtime and none can be made */
  static async start(instance: Readonly<Record<string, unknown>>): Promise<AgentCheck> {
    return new AgentCheck(new Connected(await agentCommand(instance)));
  }

  /**
   * One run: the seconds that the check itself took, and how much it submitted.
   *
   * @param submissions what becomes of them (`agent_scrape.py`)
   */
  async run(submissions: "collect" | "drop"): Promise<v.InferOutput<typeof reply>> {
    return v.parse(reply, JSON.parse((await this.#process.ask(submissions)).text()));
  }

  peakBytes(): number {
    return this.#process.peakBytes();
  }

  cpuSeconds(): number {
    return this.#process.cpuSeconds();
  }

  async close(): Promise<void> {
    await this.#process.close();
  }
}
