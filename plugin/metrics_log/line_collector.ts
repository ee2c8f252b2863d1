import { BadLines } from "./bad_lines.ts";
import { readMetricLine } from "./line.ts";
import { type LineReceiver, MAX_LINE } from "./lines.ts";
import type { SeriesStore } from "./series.ts";

/** Reads the lines of a run into a store, and counts what they were. */
export class LineCollector {
  /** New lines that are metrics. */
  metrics = 0;
  /** New lines that are neither metrics nor bad: parts of stack traces and the like. */
  others = 0;
  /** Lines that are metrics, and lines that are not, those before the start of a first run included. */
  readonly seen = { metrics: 0, others: 0 };
  readonly bad = new BadLines();

  /** @param nowSeconds since the epoch: the time of lines that have none */
  constructor(readonly store: SeriesStore, readonly nowSeconds: number) {}

  /**
   * Receives the lines of a file.
   *
   * @param isNew `false` for lines before the start of a first run
   */
  receiver(path: string, isNew: boolean): LineReceiver {
    const context = { nowSeconds: this.nowSeconds, collects: (name: string) => this.store.collects(name) };
    return {
      line: (text, offset) => {
        const line = readMetricLine(text, context);
        const problem = typeof line === "object" ? this.store.add(line, isNew) : line;
        if (typeof line === "object") this.seen.metrics++;
        else this.seen.others++;
        if (!isNew) return;
        if (line === undefined) this.others++;
        else if (problem === undefined) this.metrics++;
        else this.bad.add(path, offset, problem, text);
      },
      tooLong: (offset) => {
        this.seen.others++;
        if (isNew) this.bad.add(path, () => offset, `expected a line of at most ${MAX_LINE} bytes`);
      },
    };
  }
}
