import process from "node:process";
import { loadCatalogue } from "../catalogue/mod.ts";
import {
  type Format,
  type FormatOptions,
  type InstanceReport,
  paintFor,
  type Pieces,
  plain,
  type Rendered,
  type Round,
} from "../formats/mod.ts";
import { globOf } from "./glob.ts";
import type { InstanceOptions } from "./instance_options.ts";
import { type Output, toStdout } from "./output.ts";
import { screenWidth } from "./screen_width.ts";
import { selected, selectedInsight } from "./selection.ts";
import type { Waiting } from "./waiting.ts";
import type { WatchScreen } from "./watch_screen.ts";

/** Shows rounds of reports: in a format, where the person wants them. */
export class RoundView {
  readonly #options: FormatOptions;
  #redraw: (() => Promise<void>) | undefined;

  /** @param screen where `--watch` draws */
  constructor(
    readonly format: Format,
    readonly options: InstanceOptions,
    readonly output: Output,
    readonly waiting: Waiting,
    readonly screen: WatchScreen | undefined,
  ) {
    const { failOn, quiet, verbose = false, perfdata, repeat, watch = false, stateDir, filter } = options;
    const globs = perfdata?.map(globOf);
    this.#options = {
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

  /**
   * Shows a round: each report as soon as those before it are there, where format and output can.
   *
   * @param more reports of what is wrong beside the instances
   */
  async show(
    running: readonly Promise<InstanceReport>[],
    more: readonly InstanceReport[],
    round: Omit<Round, "reports">,
  ): Promise<Rendered> {
    if (this.screen === undefined && this.output === toStdout) {
      const pieces = await this.format.pieces?.(round, this.#formatOptions());
      if (pieces !== undefined) return await this.#stream(pieces, running);
    }
    const reports = [...await Promise.all(running), ...more].map((of) => this.#selected(of));
    if (this.screen !== undefined) return await this.#draw(this.screen, reports, round);
    const rendered = await this.format.render({ reports, ...round }, this.#formatOptions());
    await this.#write(rendered.text);
    return rendered;
  }

  /** Draws the last round again, since the terminal has another size. */
  async redraw(): Promise<void> {
    await this.#redraw?.();
  }

  async #stream(pieces: Pieces, running: readonly Promise<InstanceReport>[]): Promise<Rendered> {
    await this.#write(pieces.head);
    for (const report of running) await this.#write(pieces.next(this.#selected(await report)));
    const end = pieces.end();
    await this.#write(end.text);
    return end;
  }

  async #draw(
    screen: WatchScreen,
    reports: readonly InstanceReport[],
    round: Omit<Round, "reports">,
  ): Promise<Rendered> {
    const pieces = await this.format.pieces?.(round, this.#formatOptions());
    if (pieces === undefined) throw new TypeError("a format that is watched has pieces");
    const parts = [pieces.head, ...reports.map((of) => pieces.next(of))];
    const end = pieces.end();
    this.waiting.clear();
    screen.draw(parts, end.text);
    this.#redraw = async () => void await this.#draw(screen, reports, round);
    return end;
  }

  #formatOptions(): FormatOptions {
    return { ...this.#options, width: screenWidth(this.output === toStdout) };
  }

  async #write(text: string): Promise<void> {
    this.waiting.clear();
    await this.output(text);
  }

  #selected(of: InstanceReport): InstanceReport {
    const report = selected(of.report, this.options);
    return { ...of, report, ...(of.insight && { insight: selectedInsight(of.insight, this.options) }) };
  }
}
