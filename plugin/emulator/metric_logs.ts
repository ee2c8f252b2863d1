import { appendFileSync, existsSync, renameSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { MetricLog } from "./metrics.ts";

const files = ["ts_metrics", "model_metrics"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Appends lines to `ts_metrics.log` and `model_metrics.log` of a directory, whose times are those of the emulator's clock. */
export class MetricLogs {
  constructor(private readonly directory: string, private readonly now: () => number) {
    // They exist from the start, empty.
    for (const file of files) this.append(file, "");
  }

  readonly append: MetricLog = (file, line) => {
    const seconds = this.now() / 1_000;
    appendFileSync(this.#path(file), line);
    utimesSync(this.#path(file), seconds, seconds);
  };

  /** Renames the files as log4j does at midnight and at 100 MB, and starts new ones. */
  rotate(): void {
    const now = new Date(this.now());
    const day = `${String(now.getUTCDate()).padStart(2, "0")}-${months[now.getUTCMonth()]}`;
    for (const file of files) {
      if (existsSync(this.#path(file))) renameSync(this.#path(file), join(this.directory, `${file}.${day}.log`));
      this.append(file, "");
    }
  }

  #path(file: string): string {
    return join(this.directory, `${file}.log`);
  }
}
