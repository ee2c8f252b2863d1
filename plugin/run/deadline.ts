import type { ValidConfig } from "../config/mod.ts";

/** The time of a run, in milliseconds from its start. */
export interface RunTime {
  /** When whatever the check does must have ended. */
  readonly checkMs: number;
  /** When the check is given up where it did not: a system call that hangs ends by itself or never. */
  readonly abandonMs: number;
  /** When the host wants the report. */
  readonly reportMs: number;
}

/** What reading logs may take where the host sets no bound, in seconds. */
const READING_SECONDS = 20;
/** What a check that ends by itself at its deadline may take for that on a busy machine, in milliseconds. */
const MIN_PATIENCE_MS = 250;
/** Most of the host's time that is left for the report, in milliseconds, and least. */
const [MAX_RESERVE_MS, MIN_RESERVE_MS] = [500, 5];

/**
 * The time of a run: the host's, of which a tenth is left for writing the report, between 5 and 500 ms; else an interval,
 * or what one slow request may take.
 *
 * @param timeoutMs the host's; `undefined` where it says nothing
 */
export function runTime(config: ValidConfig, timeoutMs: number | undefined): RunTime {
  if (timeoutMs === undefined) {
    const atLeastSeconds = config.kind === "metrics_log"
      ? READING_SECONDS
      : config.options.connect_timeout + config.options.read_timeout;
    const checkMs = 1_000 * Math.max(config.options.min_collection_interval, atLeastSeconds);
    return { checkMs, abandonMs: checkMs + MAX_RESERVE_MS, reportMs: checkMs + MAX_RESERVE_MS };
  }
  const reserveMs = Math.min(MAX_RESERVE_MS, Math.max(MIN_RESERVE_MS, timeoutMs / 10));
  const checkMs = Math.max(1, timeoutMs - reserveMs);
  const abandonMs = checkMs + Math.max(reserveMs, MIN_PATIENCE_MS);
  return { checkMs, abandonMs, reportMs: Math.max(timeoutMs, checkMs + reserveMs) };
}
