/** The formats that a report is shown in. */
export const FORMATS = ["table", "json"] as const;

/** What is told on stderr: this level and what is worse. */
export const LOG_LEVELS = ["debug", "info", "warning", "error", "off"] as const;
export type LogLevel = typeof LOG_LEVELS[number];

/** What `--instance` and its companions say. */
export interface InstanceOptions {
  /** A file, YAML, `-`; `undefined` for the usual places. */
  readonly source: string | undefined;
  /** Only this instance, from 0. */
  readonly index?: number | undefined;
  readonly format: typeof FORMATS[number];
  /** How many times to run. */
  readonly repeat: number;
  /** Seconds from the start of one run to the start of the next. */
  readonly interval: number;
  readonly quiet: boolean;
  readonly log: LogLevel;
}
