import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { TORCHSERVE_METRICS } from "../../plugin/torchserve/mod.ts";
import { prepareAgent } from "../../test/peers/agent/prepare.ts";
import { Connected } from "../connected.ts";
import { BINARY } from "../context.ts";

const SCRIPT = fileURLToPath(new URL("shim_scrape.py", import.meta.url));

const reply = v.object({ seconds: v.number(), cpu_seconds: v.number(), submitted: v.number() });

/** Whose check runs. */
export type Kind = "native" | "shim";

/** A Python process with the Agent's base check for one endpoint, and with the shim for the same (`shim_scrape.py`). */
export class ShimProcess {
  readonly #process: Connected;

  private constructor(process: Connected) {
    this.#process = process;
  }

  /** @throws {Error} when there is no Python with the Agent's runtime and none can be made */
  static async start(instance: Readonly<Record<string, unknown>>): Promise<ShimProcess> {
    const config = JSON.stringify({ instance, metrics: TORCHSERVE_METRICS });
    const command = ["env", `TORCHSERVE_CHECK_BIN=${BINARY}`, await prepareAgent(), SCRIPT, config];
    return new ShimProcess(new Connected(command));
  }

  /** One run: the seconds it took, the processor seconds of the Python process in it, and how much it submitted. */
  async run(kind: Kind): Promise<v.InferOutput<typeof reply>> {
    return v.parse(reply, JSON.parse((await this.#process.ask(kind)).text()));
  }

  peakBytes(): number {
    return this.#process.peakBytes();
  }

  async close(): Promise<void> {
    await this.#process.close();
  }
}
