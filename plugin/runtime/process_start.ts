import process from "node:process";

/** When this process started, in seconds since the epoch. */
export function processStartSeconds(): number {
  return Date.now() / 1_000 - process.uptime();
}
