import type { FailOn, FormatName } from "../formats/mod.ts";
import { LOG_LEVELS } from "../runtime/log_levels.ts";
import type { TargetOptions } from "./target_options.ts";

/** From which level on messages are told on stderr. */
export const LOG_THRESHOLDS = [...LOG_LEVELS, "off"] as const;
export type LogThreshold = typeof LOG_THRESHOLDS[number];

/** What `--instance` and its companions say. */
export interface InstanceOptions extends TargetOptions {
  /** A file, YAML, `-`; `undefined` for the usual places. */
  readonly source: string | undefined;
  /** Only this instance, from 0. */
  readonly index?: number | undefined;
  readonly format: FormatName;
  /** From what on a run counts as failed. */
  readonly failOn: FailOn;
  /** How many times to run. */
  readonly repeat: number;
  /** Seconds from the start of one run to the start of the next. */
  readonly interval: number;
  readonly quiet: boolean;
  readonly log: LogThreshold;
}
