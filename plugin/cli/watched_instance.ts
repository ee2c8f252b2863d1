import { hostname } from "node:os";
import type { FileInstance } from "../config/mod.ts";
import type { InstanceReport } from "../formats/mod.ts";
import type { Insight } from "../report/mod.ts";
import { Instance, type InstanceRun, Prepared, runInstance } from "../run/mod.ts";
import { processStartSeconds } from "../runtime/process_start.ts";

/** What a run of an instance of a file is told besides. */
export type RunOf = Pick<InstanceRun, "shared" | "states" | "timeoutMs" | "signal" | "log" | "trace"> & {
  /** Whether people are told more than what is submitted. */
  readonly explain?: boolean | undefined;
};

/** An instance of a file, with what is kept of it between runs. */
export class WatchedInstance {
  /** As JSON, with the address that template variables led to: a state directory knows it by this. */
  readonly text: string;
  readonly #kept: Instance;

  constructor(readonly instance: FileInstance) {
    const { raw, rawInitConfig, result } = instance;
    this.text = JSON.stringify([raw, rawInitConfig, result.ok ? result.config.url : undefined]);
    this.#kept = new Instance(this.text, false, undefined);
    const preparation = result.ok
      ? { ok: true, prepared: new Prepared(result.config, result.issues) } as const
      : result;
    void this.#kept.adopt(this.text, Promise.resolve(preparation));
  }

  /** What it is called to a person. */
  get name(): string {
    const { path, result } = this.instance;
    return result.ok ? `${result.config.kind} ${result.config.url}` : path;
  }

  /**
   * Runs it once.
   *
   * @throws {DOMException} `AbortError`, when the run was cancelled
   */
  async run({ explain = false, ...how }: RunOf): Promise<InstanceReport> {
    const insight: Insight | undefined = explain ? { notes: [] } : undefined;
    const { path, raw, rawInitConfig, result } = this.instance;
    const report = await runInstance(this.#kept, {
      ...how,
      ...(insight && { insight }),
      instance: raw,
      initConfig: rawInitConfig,
      text: this.text,
      hostname: hostname(),
      hostStartSeconds: processStartSeconds(),
    });
    const { kind, url } = result.ok ? result.config : {};
    return {
      instance: path,
      ...(kind && { kind }),
      ...(url && { url }),
      timeMs: Date.now(),
      report,
      ...(insight && { insight }),
    };
  }
}
