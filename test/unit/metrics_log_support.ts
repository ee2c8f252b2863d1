import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { checkMetricsLog } from "../../plugin/checks/metrics_log.ts";
import type { Report, State } from "../../plugin/report/report.ts";
import { checkWith } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";

const made: string[] = [];
after(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is deleted after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "metrics-log-"));
  made.push(directory);
  return directory;
}

/** Seconds since the epoch of the lines below. */
export const LINE_SECONDS = 1_795_394_646;

let written = 0;

/** A line as TorchServe writes it, each with a time of its own. */
export function line(metric: string, value: number | string, dimensions = "Level:Host"): string {
  const milliseconds = String(++written % 1_000_000).padStart(6, "0");
  return `2026-11-23T00:${milliseconds.slice(0, 2)}:${milliseconds.slice(2, 4)},${
    milliseconds.slice(3)
  } - ${metric}:${value}|#${dimensions}|#hostname:torchserve-0,timestamp:${LINE_SECONDS}\n`;
}

/** A line of a counter. */
export const requests = (value = 1) => line("Requests2XX.Count", value.toFixed(1));

/** An instance of `metrics_log` in a directory, run after run with the state handed on as JSON. */
export class FollowedDirectory {
  readonly directory: string;
  state: State | undefined;
  /** The clock of the check and of the files it reads; a test moves it. */
  nowMs = LINE_SECONDS * 1_000;
  /** On the clock of `monotonicMs`. */
  deadlineMs = Infinity;

  /** Other settings of `metrics_log`. */
  settings: Record<string, unknown> = {};

  /** @param below a directory to make in the temporary one, for the logs */
  constructor(
    readonly options: Record<string, unknown> = {},
    readonly start: "beginning" | "end" = "beginning",
    below = "",
  ) {
    this.directory = join(temporaryDirectory(), below);
    mkdirSync(this.directory, { recursive: true });
  }

  path(name = "ts_metrics.log"): string {
    return join(this.directory, name);
  }

  append(text: string | Uint8Array, name = "ts_metrics.log"): this {
    appendFileSync(this.path(name), text);
    utimesSync(this.path(name), this.nowMs / 1_000, this.nowMs / 1_000);
    return this;
  }

  async run(): Promise<Report> {
    const { directory, start, settings } = this;
    const instance = { metrics_log: { directory, start, ...settings }, tag_by_endpoint: false, ...this.options };
    const report = await checkWith(checkMetricsLog, instance, new FakeHttp({}), {
      state: this.state,
      nowMs: this.nowMs,
      deadlineMs: this.deadlineMs,
    });
    this.state = report.state === undefined ? undefined : JSON.parse(JSON.stringify(report.state));
    return report;
  }

  /** Runs, and sums up the values of a metric; `undefined` where it was not submitted. */
  async value(name: string): Promise<number | undefined> {
    const { metrics } = await this.run();
    const values = metrics.filter((metric) => metric.name === `ns.${name}`).map(({ value }) => value);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  }

  /** Runs, and tells how many requests were counted. */
  requests(): Promise<number | undefined> {
    return this.value("requests.2xx.count");
  }
}
