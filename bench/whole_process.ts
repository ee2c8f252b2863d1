import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as v from "valibot";

const MEASURE = fileURLToPath(new URL("measure.py", import.meta.url));

const measured = v.object({ seconds: v.number(), cpu_seconds: v.number(), peak_bytes: v.number(), status: v.number() });

/** One run of a program, from its start to its end. */
export interface WholeProcess {
  readonly seconds: number;
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Resident memory at most. */
  readonly peakBytes: number;
}

export interface WholeProcessOptions {
  /** The file that it reads; nothing by default. */
  readonly stdin?: string;
  /** The file that it writes; thrown away by default. */
  readonly stdout?: string;
}

/**
 * Runs a program to its end (`measure.py`).
 *
 * @throws {Error} when it does not end with status 0
 */
export function runWholeProcess(command: readonly string[], options: WholeProcessOptions = {}): WholeProcess {
  const args = ["-S", "-E", MEASURE, options.stdin ?? "/dev/null", options.stdout ?? "/dev/null", ...command];
  const output = execFileSync("python3", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const { seconds, cpu_seconds, peak_bytes, status } = v.parse(measured, JSON.parse(output));
  if (status !== 0) throw new Error(`${command.join(" ")}: exit status ${status}`);
  return { seconds, cpuSeconds: cpu_seconds, peakBytes: peak_bytes };
}
