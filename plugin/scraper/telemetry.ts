import type { ReportBuilder } from "../report/builder.ts";

/** The `telemetry.*` metrics of a scrape; without a report nothing is submitted (`telemetry: false`). */
export class Telemetry {
  #read = 0;
  #ignored = 0;
  #processed = 0;
  #lines = 0;

  constructor(readonly report: ReportBuilder | undefined, readonly tags: readonly string[]) {}

  /** The payload's size in bytes. */
  payload(bytes: number): void {
    this.report?.gauge("telemetry.payload.size", bytes, this.tags);
  }

  read(samples: number): void {
    this.#read += samples;
  }

  ignored(samples: number): void {
    this.#ignored += samples;
  }

  processed(samples: number): void {
    this.#processed += samples;
  }

  filteredLine(): void {
    this.#lines++;
  }

  /** Submits what was counted; a count that never moved is not a submission in the Agent either. */
  submit(): void {
    const count = (name: string, value: number) => {
      if (value > 0) this.report?.submit("count", name, value, this.tags);
    };
    count("telemetry.metrics.input.count", this.#read);
    count("telemetry.metrics.ignored.count", this.#ignored);
    count("telemetry.metrics.processed.count", this.#processed);
    count("telemetry.metrics.blacklist.count", this.#lines);
  }
}
