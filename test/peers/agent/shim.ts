import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { HOST_START, type Mode } from "../case.ts";
import type { OurSide } from "../our_side.ts";
import { fromAgent, type Submissions } from "../submissions.ts";
import { runSchema } from "./client.ts";
import { JsonLines } from "./json_lines.ts";

/** The executable of this project. */
export const BINARY = fileURLToPath(new URL("../../../dist/torchserve-check", import.meta.url));

const shimRunSchema = v.object({
  ...runSchema.entries,
  traceback: v.nullable(v.string()),
  /** On the Agent's status page. */
  warnings: v.array(v.string()),
  /** `LEVEL message`, since it was looked at last. */
  log: v.array(v.string()),
  seconds: v.number(),
});

/** What a run of the shim submitted and said. */
export type ShimRun = v.InferOutput<typeof shimRunSchema>;

const lookSchema = v.object({
  children: v.array(v.number()),
  threads: v.array(v.string()),
  files: v.number(),
  log: v.array(v.string()),
});

/** What the process of the Agent has. */
export type Look = v.InferOutput<typeof lookSchema>;

const configsSchema = v.object({ configs: v.array(v.record(v.string(), v.unknown())) });

/** How a check is made. */
export interface ShimCheck {
  readonly instance: Readonly<Record<string, unknown>>;
  readonly init_config?: Readonly<Record<string, unknown>>;
}

/** A service as the Agent's Autodiscovery finds it. */
export interface FoundService {
  readonly id: string;
  readonly host: string;
  readonly ports: readonly { readonly number: number; readonly name?: string }[];
}

export interface ShimHostOptions {
  /** The folder of the persistent cache; a new one by default. */
  readonly cache?: string;
  /** What the environment has besides; by default it says where the executable is. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Python process that stands for the Agent and has instances of the shim (`shim_host.py`). */
export class ShimHost implements OurSide {
  readonly #process: JsonLines;
  readonly #ownCache: string | undefined;
  #count = 0;

  private constructor(process: JsonLines, ownCache: string | undefined) {
    this.#process = process;
    this.#ownCache = ownCache;
  }

  static async start({ cache, env = { TORCHSERVE_CHECK_BIN: BINARY } }: ShimHostOptions = {}): Promise<ShimHost> {
    const ownCache = cache === undefined ? await mkdtemp(join(tmpdir(), "torchserve-check-cache-")) : undefined;
    const folder = cache ?? ownCache ?? "";
    return new ShimHost(await JsonLines.start("shim_host.py", [folder, `${HOST_START}`], env), ownCache);
  }

  /** Makes an instance under a key. */
  async create(check: string, config: ShimCheck): Promise<void> {
    await this.#ask({ op: "create", check, ...config });
  }

  /** @param cancelAfter seconds after which it is cancelled from another thread */
  async run(check: string, cancelAfter?: number): Promise<ShimRun> {
    return v.parse(shimRunSchema, await this.#process.ask({ op: "run", check, cancel_after: cancelAfter ?? null }));
  }

  async submissions(_mode: Mode, instance: ShimCheck["instance"]): Promise<() => Promise<Submissions>> {
    const check = `compared-${++this.#count}`;
    await this.create(check, { instance });
    return async () => fromAgent(await this.run(check));
  }

  /** Unschedules an instance. */
  async cancel(check: string): Promise<void> {
    await this.#ask({ op: "cancel", check });
  }

  /** What `generate_configs` says. */
  async candidates(service: FoundService): Promise<unknown[]> {
    return v.parse(configsSchema, await this.#ask({ op: "candidates", service })).configs;
  }

  /** What `discover_config` of the base package makes of it. */
  async discover(service: FoundService): Promise<unknown[]> {
    return v.parse(configsSchema, await this.#ask({ op: "discover", service })).configs;
  }

  /** What the Agent's own configuration says from now on. */
  async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#ask({ op: "configure", config });
  }

  get pid(): number {
    return this.#process.pid;
  }

  async look(): Promise<Look> {
    return v.parse(lookSchema, await this.#ask({ op: "look" }));
  }

  async close(): Promise<void> {
    await this.#process.close();
    if (this.#ownCache !== undefined) await rm(this.#ownCache, { recursive: true });
  }

  /** `kill -9`, as the kernel does where memory is short. */
  async kill(): Promise<void> {
    await this.#process.kill();
    if (this.#ownCache !== undefined) await rm(this.#ownCache, { recursive: true });
  }

  async #ask(request: unknown): Promise<unknown> {
    const reply = v.parse(v.looseObject({ error: v.nullable(v.string()) }), await this.#process.ask(request));
    if (reply.error !== null) throw new Error(reply.error);
    return reply;
  }
}

/** Whether a process runs: one that ended and that nobody asked after does not. */
export function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
  return stat !== "" && !/\) [ZX] /.test(stat);
}
