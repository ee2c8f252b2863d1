import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { loadCatalogue } from "../catalogue/mod.ts";
import type { ConfigIssue, FileInstance, FileResult } from "../config/mod.ts";
import { EXIT, type Format, type FormatOptions, type InstanceReport, paintFor, plain } from "../formats/mod.ts";
import { configReport, makeShared, StateDirectory } from "../run/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { globOf } from "./glob.ts";
import { FormatState } from "./format_state.ts";
import type { InstanceOptions } from "./instance_options.ts";
import { issueLines } from "./issue_line.ts";
import { logTo } from "./log.ts";
import { type Output, toStdout } from "./output.ts";
import { selected } from "./selection.ts";
import { tell } from "./tell.ts";
import { issuesBeside, issuesForPeople } from "./told_issues.ts";
import type { UsageError } from "./usage_error.ts";
import { WatchedInstance } from "./watched_instance.ts";

/** Clears a terminal, and what scrolled out of it. */
const CLEAR = "\u001b[H\u001b[2J\u001b[3J";

/** The runs of the instances, one round after the other. */
export class Rounds {
  readonly #states: StateDirectory | undefined;
  readonly #formatOptions: FormatOptions;
  readonly #log: (level: LogLevel, message: string) => void;
  /** What was told already: a round says mostly the same as the one before. */
  readonly #told = new Set<string>();

  constructor(readonly format: Format, readonly options: InstanceOptions, readonly output: Output) {
    const { failOn, quiet, verbose = false, perfdata, repeat, watch = false, stateDir } = options;
    const globs = perfdata?.map(globOf);
    this.#states = stateDir === undefined ? undefined : new StateDirectory(stateDir);
    this.#log = logTo(options.log);
    this.#formatOptions = {
      failOn,
      quiet,
      verbose,
      perfdata: globs && ((name) => globs.some((matches) => matches(name))),
      paint: output === toStdout ? paintFor(process.stdout) : plain,
      catalogue: loadCatalogue,
      remembers: repeat > 1 || watch || stateDir !== undefined,
    };
  }

  /** Runs all rounds; returns the worst exit status. */
  async run(file: FileResult, instances: readonly FileInstance[]): Promise<number> {
    const { beside, instances: shown } = this.options.format === "table"
      ? await issuesForPeople(file, instances)
      : { beside: issuesBeside(file), instances };
    const wrong = await this.#wrongFile(file, beside);
    const shared = await makeShared();
    const watched = shown.map((instance) => new WatchedInstance(instance));
    const key = JSON.stringify([this.options.format, ...watched.map(({ text }) => text)]);
    const state = new FormatState(this.#states, key, (message) => this.#tellOnce(message));
    const { repeat, interval, watch = false } = this.options;
    const count = watch ? Infinity : repeat;
    let worst: number = EXIT.fine;
    try {
      for (let round = 1; round <= count; round++) {
        const start = performance.now();
        const how = { shared, states: this.#states, log: this.#log };
        const reports = await Promise.all(watched.map((one) => one.run(how)));
        worst = Math.max(worst, await this.#show(reports, wrong, state));
        if (round < count) await sleep(Math.max(0, interval * 1_000 - (performance.now() - start)));
      }
    } finally {
      shared.close();
    }
    return worst;
  }

  /** Shows that nothing can run; returns the exit status. */
  async showFailure({ message, hint }: UsageError): Promise<number> {
    const report = await configReport({ issues: [] });
    const error = { code: "config", message, ...(hint === undefined ? {} : { hint }) } as const;
    const state = new FormatState(undefined, "", () => {});
    return await this.#show(
      [],
      [{ instance: "configuration", timeMs: Date.now(), report: { ...report, error } }],
      state,
    );
  }

  /** What is wrong with a file beside its instances: told, and for hosts an instance that cannot run. */
  async #wrongFile(file: FileResult, beside: readonly ConfigIssue[]): Promise<InstanceReport[]> {
    for (const issue of beside) for (const line of await issueLines(issue, file)) tell(line);
    if (!beside.some(({ severity }) => severity === "error")) return [];
    return [{ instance: file.origin, timeMs: Date.now(), report: await configReport({ issues: beside }) }];
  }

  /**
   * Shows a round; returns its exit status.
   *
   * @param wrong what is wrong beside the instances; people were told on stderr
   */
  async #show(ran: readonly InstanceReport[], wrong: readonly InstanceReport[], state: FormatState): Promise<number> {
    const { format: { audience, render, exitStatus }, options } = this;
    const shown = audience === "people" ? ran : [...ran, ...wrong];
    const reports = shown.map((of) => ({ ...of, report: selected(of.report, options) }));
    const rendered = await render({ reports, state: await state.read() }, this.#formatOptions);
    await this.output(options.watch ? `${CLEAR}${rendered.text}` : rendered.text);
    await state.write(rendered.state);
    for (const note of rendered.notes ?? []) this.#tellOnce(note);
    return exitStatus([...ran, ...wrong].map(({ report }) => report), options.failOn);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#log("warning", message);
  }
}
