import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { loadCatalogue } from "../catalogue/mod.ts";
import type { ConfigIssue, FileInstance, FileResult } from "../config/mod.ts";
import {
  EXIT,
  type Format,
  type FormatOptions,
  type InstanceReport,
  judged,
  paintFor,
  plain,
  type Rendered,
  type Round,
  together,
  type Turn,
} from "../formats/mod.ts";
import { configReport, makeShared, StateDirectory } from "../run/mod.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { globOf } from "./glob.ts";
import { FormatState } from "./format_state.ts";
import type { InstanceOptions } from "./instance_options.ts";
import { issueLines } from "./issue_line.ts";
import { logTo } from "./log.ts";
import { type Output, toStdout } from "./output.ts";
import { selected, selectedInsight } from "./selection.ts";
import { screenWidth } from "./screen_width.ts";
import { tell } from "./tell.ts";
import { issuesBeside, issuesForPeople } from "./told_issues.ts";
import type { UsageError } from "./usage_error.ts";
import { Waiting } from "./waiting.ts";
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
  readonly #waiting = new Waiting();

  constructor(readonly format: Format, readonly options: InstanceOptions, readonly output: Output) {
    const { failOn, quiet, verbose = false, perfdata, repeat, watch = false, stateDir, filter } = options;
    const globs = perfdata?.map(globOf);
    this.#states = stateDir === undefined ? undefined : new StateDirectory(stateDir);
    this.#log = logTo(options.log);
    this.#formatOptions = {
      failOn,
      quiet,
      verbose,
      chosen: filter !== undefined,
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
    const cancel = new AbortController();
    const how = { shared, states: this.#states, log: this.#log, signal: cancel.signal };
    let worst: number = EXIT.fine;
    try {
      for (let round = 1; round <= count; round++) {
        const start = performance.now();
        const running = watched.map((one) => this.#start(one, one.run({ ...how, explain: this.format.explains })));
        const turn = { number: round, ...(watch ? {} : { of: repeat }), timeMs: Date.now() };
        worst = Math.max(worst, await this.#show(running, wrong, state, count > 1 ? turn : undefined));
        if (round < count) await sleep(Math.max(0, interval * 1_000 - (performance.now() - start)));
      }
    } finally {
      // Where nobody reads any more, nothing that still runs is waited for.
      cancel.abort();
      this.#waiting.end();
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

  #start({ name }: WatchedInstance, running: Promise<InstanceReport>): Promise<InstanceReport> {
    this.#waiting.add(name, running);
    // It may fail before anybody waits for it, or when nobody does any more.
    running.catch(() => {});
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
    const rendered = await this.#render(running, isForPeople ? [] : wrong, round);
    await state.write(rendered.state);
    for (const note of rendered.notes ?? []) this.#tellOnce(note);
    const ran = await Promise.all(running);
    return exitStatus([...ran, ...wrong].map((of) => explains ? judged(of) : of.report), options.failOn);
  }

  /** Shows each report as soon as those before it are there, where format and output can. */
  async #render(
    running: readonly Promise<InstanceReport>[],
    more: readonly InstanceReport[],
    round: Omit<Round, "reports">,
  ): Promise<Rendered> {
    const { format, options, output } = this;
    const formatOptions = { ...this.#formatOptions, width: screenWidth(output === toStdout) };
    const pieces = await format.pieces?.(round, formatOptions);
    if (pieces !== undefined && output === toStdout && !options.watch) {
      await this.#write(pieces.head);
      for (const report of running) await this.#write(pieces.next(this.#selected(await report)));
      const end = pieces.end();
      await this.#write(end.text);
      return end;
    }
    const reports = [...await Promise.all(running), ...more].map((of) => this.#selected(of));
    const rendered = pieces === undefined
      ? await format.render({ reports, ...round }, formatOptions)
      : together(pieces, reports);
    await this.#write(options.watch ? `${CLEAR}${rendered.text}` : rendered.text);
    return rendered;
  }

  async #write(text: string): Promise<void> {
    this.#waiting.clear();
    await this.output(text);
  }

  #selected(of: InstanceReport): InstanceReport {
    const report = selected(of.report, this.options);
    return { ...of, report, ...(of.insight && { insight: selectedInsight(of.insight, this.options) }) };
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#waiting.clear();
    this.#log("warning", message);
  }
}
