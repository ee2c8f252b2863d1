/** Milliseconds on a clock that only goes forward: steps of the time of day move no deadline. */
export const monotonicMs = (): number => performance.now();

/** How long a piece of work may take. */
export interface Bounds {
  /** On the clock of {@linkcode monotonicMs}; `Infinity`: no deadline. */
  readonly deadlineMs: number;
  /** Aborted when the host cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

/** Work that was given up: its deadline came, or the run was cancelled. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";

  /** @param why `deadline`, or `cancelled` by the host */
  constructor(readonly why: "deadline" | "cancelled") {
    super(why === "deadline" ? "the run's deadline was reached" : "the run was cancelled");
  }
}

/** The longest delay that `setTimeout` knows, in milliseconds. */
export const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Waits for work, but no longer than its bounds. What nobody waits for any more goes on in the background, where its
 * failure is nobody's: a read from a file system that hangs cannot be ended.
 *
 * @throws {OutOfTimeError} when a bound comes first
 */
export async function within<T>(work: Promise<T>, { deadlineMs, signal }: Bounds): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = () => {};
  const bound = new Promise<never>((_, reject) => {
    onAbort = () => reject(new OutOfTimeError("cancelled"));
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
    const check = () => {
      const leftMs = deadlineMs - monotonicMs();
      if (leftMs <= 0) reject(new OutOfTimeError("deadline"));
      else timer = setTimeout(check, Math.min(Math.ceil(leftMs), MAX_DELAY_MS));
    };
    if (deadlineMs !== Infinity) check();
  });
  bound.catch(() => {});
  try {
    return await Promise.race([work, bound]);
  } finally {
    work.catch(() => {});
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Lets time pass, in milliseconds, but not beyond the bounds. */
export async function pause(ms: number, bounds: Bounds): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await within(new Promise<void>((resolve) => timer = setTimeout(resolve, ms)), bounds);
  } finally {
    clearTimeout(timer);
  }
}
