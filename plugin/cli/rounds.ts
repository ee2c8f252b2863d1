import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigIssue, FileInstance, FileResult } from "../config/mod.ts";
import { EXIT, type Format, type InstanceReport, judged, type Turn } from "../formats/mod.ts";
import { configReport, makeShared, type Shared, StateDirectory } from "../run/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { FormatState } from "./format_state.ts";
import type { InstanceOptions } from "./instance_options.ts";
import { issueLines } from "./issue_line.ts";
import { logTo } from "./log.ts";
import type { Output } from "./output.ts";
import { RoundView } from "./round_view.ts";
import { tell } from "./tell.ts";
import { issuesBeside, issuesForPeople } from "./told_issues.ts";
import type { UsageError } from "./usage_error.ts";
import { Waiting } from "./waiting.ts";
import type { Watch } from "./watch.ts";
import { WatchedInstance } from "./watched_instance.ts";

/** The runs of the instances, one round after the other. */
export class Rounds {
  readonly #states: StateDirectory | undefined;
  readonly #log: (level: LogLevel, message: string) => void;
  /** What was told already: a round says mostly the same as the one before. */
  readonly #told = new Set<string>();
  readonly #waiting = new Waiting();
  #diagnosis: Diagnosis | undefined;
  readonly #view: RoundView;
  /** Aborted when nobody waits for what runs any more. */
  readonly #cancel = new AbortController();

  /** @param watch where rounds are drawn, until somebody ends it */
  constructor(
    readonly format: Format,
    readonly options: InstanceOptions,
    output: Output,
    readonly watch: Watch | undefined,
  ) {
    this.#states = options.stateDir === undefined ? undefined : new StateDirectory(options.stateDir);
    const log = logTo(options.log, undefined, watch && ((line) => watch.screen.tell(line)));
    this.#log = (level, message) => {
      this.#waiting.clear();
      log(level, message);
    };
    this.#view = new RoundView(format, options, output, this.#waiting, watch?.screen);
  }

  /** Runs all rounds; returns the worst exit status. */
  async run(file: FileResult, instances: readonly FileInstance[]): Promise<number> {
    const { beside, instances: shown } = this.options.format === "table"
      ? await issuesForPeople(file, instances)
      : { beside: issuesBeside(file, instances), instances };
    this.#log(
      "debug",
      `the configuration is ${file.origin}: ${shown.length} of ${file.instances.length} instances are run`,
    );
    const wrong = await this.#wrongFile(file, beside);
    const shared = await makeShared();
    const watched = shown.map((instance) => new WatchedInstance(instance));
    const key = JSON.stringify([this.options.format, ...watched.map(({ text }) => text)]);
    const state = new FormatState(this.#states, key, (message) => this.#tellOnce(message));
    // Who watches is not kept waiting by a second look.
    const isOnce = this.options.repeat === 1 && this.watch === undefined;
    if (isOnce && this.format.explains === true) {
      this.#diagnosis = new (await import("./diagnosis.ts")).Diagnosis(file, shown);
    }
    this.watch?.open(() => this.#cancel.abort(), () => void this.#view.redraw());
    try {
      return await this.#runAll(watched, wrong, shared, state);
    } finally {
      this.watch?.close();
      this.#cancel.abort();
      this.#waiting.end();
      shared.close();
    }
  }

  async #runAll(
    watched: readonly WatchedInstance[],
    wrong: readonly InstanceReport[],
    shared: Shared,
    state: FormatState,
  ): Promise<number> {
    const { repeat, interval } = this.options;
    const { signal } = this.#cancel;
    // Nobody pays for lines that nobody reads.
    const trace = this.options.log === "debug" ? (line: string) => this.#log("debug", line) : undefined;
    const how = { shared, states: this.#states, log: this.#log, trace, signal, explain: this.format.explains };
    const [count, of] = this.watch === undefined ? [repeat, { of: repeat }] : [Infinity, {}];
    let worst: number = EXIT.fine;
    try {
      for (let round = 1; round <= count; round++) {
        const start = performance.now();
        const running = watched.map((one) => this.#start(one, this.#explained(one.run(how))));
        const turn = { number: round, ...of, timeMs: Date.now() };
        worst = Math.max(worst, await this.#show(running, wrong, state, count > 1 ? turn : undefined));
        const left = Math.max(0, interval * 1_000 - (performance.now() - start));
        if (round < count) await sleep(left, undefined, { signal });
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
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

  /** A report with its cause, where somebody looks for one. */
  async #explained(running: Promise<InstanceReport>): Promise<InstanceReport> {
    const report = await running;
    return await this.#diagnosis?.explain(report) ?? report;
  }

  #start({ name, instance: { path } }: WatchedInstance, running: Promise<InstanceReport>): Promise<InstanceReport> {
    this.#waiting.add(name, running);
    const ended = ({ report: { status, stats } }: InstanceReport) =>
      this.#log("debug", `${path}, ${name}: ${status} after ${stats.duration_ms.toFixed(1)} ms`);
    // It may fail before anybody waits for it, or when nobody does any more.
    running.then(ended, () => {});
    return running;
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
  async #show(
    running: readonly Promise<InstanceReport>[],
    wrong: readonly InstanceReport[],
    state: FormatState,
    turn?: Turn,
  ): Promise<number> {
    const { format: { audience, exitStatus, explains = false }, options } = this;
    const isForPeople = audience === "people";
    const round = { turn, state: await state.read(), ...(isForPeople ? { beside: wrong } : {}) };
    const rendered = await this.#view.show(running, isForPeople ? [] : wrong, round);
    await state.write(rendered.state);
    for (const note of rendered.notes ?? []) this.#tellOnce(note);
    const ran = await Promise.all(running);
    return exitStatus([...ran, ...wrong].map((of) => explains ? judged(of) : of.report), options.failOn);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#log("warning", message);
  }
}
