import process from "node:process";

declare const Bun: { gc?(force: boolean): number; shrink?(): void } | undefined;

/** What a process takes that reads the largest pages we know of, with room, in bytes: below it, nothing has piled up. */
const LARGE_PROCESS = 280 * 1024 * 1024;

/**
 * Gives back what is no longer used, after something huge was read: the collector finds its pace by what was used so far,
 * and lets as much again pile up. It takes a tenth of a second where there is much, and what was compiled is compiled
 * again. Without effect in a process that is not large, and on Deno.
 */
export function collectGarbage(): void {
  if (typeof Bun === "undefined" || process.memoryUsage.rss() < LARGE_PROCESS) return;
  Bun.gc?.(true);
  Bun.shrink?.();
}

/** What a process takes that has few instances, with room, in bytes: below it, there is nothing to be gained. */
const SMALL_PROCESS = 96 * 1024 * 1024;

/**
 * Gives back what is no longer used, and keeps what was compiled: many small runs let far more pile up than they keep,
 * since the collector's pace is that of large ones. It takes some hundredths of a second, more where much is kept. Without
 * effect in a small process, and on Deno.
 *
 * Bench: instances, peak memory.
 */
export function collectRemains(): void {
  if (typeof Bun !== "undefined" && process.memoryUsage.rss() > SMALL_PROCESS) Bun.gc?.(true);
}
