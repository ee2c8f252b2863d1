import { readFileSync } from "node:fs";
import { resourceUsage } from "node:process";

/**
 * Bytes of resident memory that this process had at most. On Linux the kernel's high-water mark of this program;
 * elsewhere `getrusage`, which counts the process that started it too.
 */
export function peakMemory(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes !== undefined) return 1024 * Number(kilobytes);
  } catch {
    // Not Linux.
  }
  return 1024 * resourceUsage().maxRSS;
}
