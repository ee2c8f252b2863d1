import type { FailOn, FormatName, FormatOption } from "../formats/mod.ts";
import { LOG_LEVELS } from "../runtime/log_levels.ts";
import type { Selection } from "./selection.ts";
import type { TargetOptions } from "./target_options.ts";

/** From which level on messages are told on stderr. */
export const LOG_THRESHOLDS = [...LOG_LEVELS, "off"] as const;
export type LogThreshold = typeof LOG_THRESHOLDS[number];

/** What `--instance` and its companions say. */
export interface InstanceOptions extends TargetOptions, Selection {
  /** A file, YAML, `-`; `undefined` for the usual places. */
  readonly source: string | undefined;
  /** Only this instance, from 0. */
  readonly index?: number | undefined;
  readonly format: FormatName;
  /** Those of the options below that the person gave, and that some formats do not take. */
  readonly given?: readonly FormatOption[];
  /** From what on a run counts as failed. */
  readonly failOn: FailOn;
  readonly quiet: boolean;
  /** Every metric. */
  readonly verbose?: boolean;
  /** Names of metrics and service checks that become performance data: globs. */
  readonly perfdata?: readonly string[] | undefined;
  /** Run until somebody ends it, and redraw in place. */
  readonly watch?: boolean;
  /** How many times to run. */
  readonly repeat: number;
  /** Seconds from the start of one run to the start of the next. */
  readonly interval: number;
  /** The file that has the text of the last round; else standard output. */
  readonly output?: string | undefined;
  /** Where DogStatsD's datagrams go: `udp://HOST:PORT` or `unix:///PATH`. */
  readonly to?: string | undefined;
  /** The directory that has what one process must know of the last. */
  readonly stateDir?: string | undefined;
  readonly log: LogThreshold;
}
