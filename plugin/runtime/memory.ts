declare const Bun: { gc?(force: boolean): number; shrink?(): void } | undefined;

/**
 * Gives back what is no longer used, before something large is read: the collector finds its pace by what was used so
 * far, and lets as much again pile up. It takes a tenth of a second where there is much. Without effect on Deno.
 */
export function collectGarbage(): void {
  if (typeof Bun === "undefined") return;
  Bun.gc?.(true);
  Bun.shrink?.();
}

/**
 * Gives back what is no longer used, and keeps what was compiled: many small runs let far more pile up than they keep,
 * since the collector's pace is that of large ones. It takes some hundredths of a second, more where much is kept. Without
 * effect on Deno.
 *
 * Bench: instances, peak memory.
 */
export function collectRemains(): void {
  if (typeof Bun !== "undefined") Bun.gc?.(true);
}
