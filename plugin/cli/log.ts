import type { LogLevel } from "../runtime/log_levels.ts";
import { LOG_THRESHOLDS, type LogThreshold } from "./instance_options.ts";
import { tell } from "./tell.ts";

/** Tells messages of a level, or a worse one, on stderr. */
export function logTo(threshold: LogThreshold): (level: LogLevel, message: string) => void {
  return (level, message) => {
    if (LOG_THRESHOLDS.indexOf(level) >= LOG_THRESHOLDS.indexOf(threshold)) tell(`${level}: ${message}`);
  };
}
