import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Resident memory of a process at most, so far, in bytes; NaN where the kernel does not tell. */
export function peakBytes(pid: number): number {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(proc(pid, "status"));
  return found === null ? NaN : 1024 * Number(found[1]);
}

/** User and system time of a process so far, in seconds; NaN where the kernel does not tell. */
export function cpuSeconds(pid: number): number {
  // The second field is the name in parentheses, which may hold spaces; utime and stime are fields 14 and 15.
  const fields = proc(pid, "stat").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond();
}

function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function ticksPerSecond(): number {
  return Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}
