import type { LogLevel } from "../runtime/log_levels.ts";
import { LOG_THRESHOLDS, type LogThreshold } from "./instance_options.ts";
import { tell } from "./tell.ts";

/** Tells a message of a level. */
export type Log = (level: LogLevel, message: string) => void;

/** What people read before a message. */
const PREFIXES: Readonly<Record<LogLevel, string>> = {
  debug: "debug:",
  info: "info:",
  warning: "warning:",
  error: "error:",
};

/** Tells messages of a level, or a worse one: on stderr, where nothing else is said. */
export function logTo(
  threshold: LogThreshold,
  prefixes: Readonly<Record<LogLevel, string>> = PREFIXES,
  write: (line: string) => void = tell,
): Log {
  return (level, message) => {
    if (LOG_THRESHOLDS.indexOf(level) >= LOG_THRESHOLDS.indexOf(threshold)) write(`${prefixes[level]} ${message}`);
  };
}
