declare const Bun: { readonly unsafe?: { setJITPolicy?(scale: number): void } } | undefined;

/**
 * How many times more often than usual a function has to run before it is compiled. Bun compiles for a function's
 * future after its first hundred calls; a crawl is over after a thousand, and on two cores the compilers take the
 * processor away from the crawl (docs/decisions/0005).
 */
const RELUCTANCE = 100;

let isFirst = true;

/**
 * Does a burst of work that runs each of its functions a thousand times and not a million, with fewer of them compiled.
 * Only the first one of a process: where others follow, compiling pays. Without effect on Deno.
 */
export async function inBurst<Result>(work: () => Promise<Result>): Promise<Result> {
  if (!isFirst) return await work();
  isFirst = false;
  setPolicy(RELUCTANCE);
  try {
    return await work();
  } finally {
    setPolicy(1);
  }
}

/**
 * Compiles as usual from now on. The executable starts ten times more reluctant (scripts/build.ts): what a start does
 * once is not worth compiling (bench: start, "check/validate" and "an inference check"). Whatever goes on for longer says so here.
 */
export function compileAsUsual(): void {
  setPolicy(1);
}

function setPolicy(scale: number): void {
  if (typeof Bun !== "undefined") Bun.unsafe?.setJITPolicy?.(scale);
}
