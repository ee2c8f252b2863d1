import { hostname } from "node:os";
import type { FileInstance } from "../config/mod.ts";
import type { InstanceReport } from "../formats/mod.ts";
import type { State } from "../report/mod.ts";
import { configReport, Prepared, runCheck, type RunRequest } from "../run/mod.ts";
import { processStartSeconds } from "../runtime/process_start.ts";

/** What a run of an instance of a file is told besides. */
export type RunOf = Pick<RunRequest, "shared" | "signal" | "log">;

/** An instance of a file, with what its runs leave for the next one. */
export class WatchedInstance {
  readonly #prepared: Prepared | undefined;
  #state: State | undefined;

  constructor(readonly instance: FileInstance) {
    const { result } = instance;
    this.#prepared = result.ok ? new Prepared(result.config, result.issues) : undefined;
  }

  /**
   * Runs it once.
   *
   * @throws {DOMException} `AbortError`, when the run was cancelled
   */
  async run(how: RunOf): Promise<InstanceReport> {
    const { path, result } = this.instance;
    if (!result.ok) return { instance: path, timeMs: Date.now(), report: await configReport(result) };
    const { config, issues } = result;
    const report = await runCheck({
      ...how,
      config,
      issues,
      prepared: this.#prepared,
      hostname: hostname(),
      state: this.#state,
      hostStartSeconds: processStartSeconds(),
    });
    this.#state = report.state;
    return { instance: path, kind: config.kind, url: config.url, timeMs: Date.now(), report };
  }
}
