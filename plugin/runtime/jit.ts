declare const Bun: { readonly unsafe?: { setJITPolicy?(scale: number): void } } | undefined;

/**
 * How many times more often than usual a function has to run before it is compiled. Bun compiles for a function's
 * future after its first hundred calls; a crawl is over after a thousand, and on two cores the compilers take the
 * processor away from the crawl (docs/decisions/0005).
 */
const RELUCTANCE = 100;

/**
 * Bursts of work that run each of their functions a thousand times and not a million: the first one is done with fewer of
 * them compiled. Where others follow, compiling pays. Without effect on Deno. Whoever starts the runs of a process owns it.
 *
 * Bench: crawl of 1000 models, one-shot: a twelfth of its peak memory (docs/decisions/0005).
 */
export class Bursts {
  #isFirst = true;

  /** Does one burst of work. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#isFirst) return await work();
    this.#isFirst = false;
    setPolicy(RELUCTANCE);
    try {
      return await work();
    } finally {
      setPolicy(1);
    }
  }
}

/**
 * Compiles as usual from now on. The executable starts as reluctant (scripts/compile_flags.ts): what a start does
 * once is not worth compiling (bench: start, "check/validate" and "an inference check"). Whatever goes on for longer says so here.
 */
export function compileAsUsual(): void {
  setPolicy(1);
}

function setPolicy(scale: number): void {
  if (typeof Bun !== "undefined") Bun.unsafe?.setJITPolicy?.(scale);
}
