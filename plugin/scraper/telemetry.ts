import type { ReportBuilder } from "../report/mod.ts";

/** The `telemetry.*` metrics of a scrape; without a report nothing is submitted (`telemetry: false`). */
export class Telemetry {
  #read: number | undefined;
  #ignored: number | undefined;
  #processed: number | undefined;
  #lines: number | undefined;

  constructor(readonly report: ReportBuilder | undefined, readonly tags: readonly string[]) {}

  /** The payload's size in bytes. */
  payload(bytes: number): void {
    this.report?.gauge("telemetry.payload.size", bytes, this.tags);
  }

  read(samples: number): void {
    this.#read = (this.#read ?? 0) + samples;
  }

  ignored(samples: number): void {
    this.#ignored = (this.#ignored ?? 0) + samples;
  }

  processed(samples: number): void {
    if (samples > 0) this.#processed = (this.#processed ?? 0) + samples;
  }

  filteredLine(): void {
    this.#lines = (this.#lines ?? 0) + 1;
  }

  /** Lines that were taken away, so far. */
  get filteredLines(): number {
    return this.#lines ?? 0;
  }

  /** Submits what was counted. A family without samples counts as nothing, but it is a submission in the Agent, too. */
  submit(): void {
    const count = (name: string, value: number | undefined) => {
      if (value !== undefined) this.report?.submit("count", name, value, this.tags);
    };
    count("telemetry.metrics.input.count", this.#read);
    count("telemetry.metrics.ignored.count", this.#ignored);
    count("telemetry.metrics.processed.count", this.#processed);
    count("telemetry.metrics.blacklist.count", this.#lines);
  }
}
