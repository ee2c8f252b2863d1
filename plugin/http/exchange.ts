import { HttpError } from "./errors.ts";
import type { Timeouts } from "./options.ts";

/** What an exchange waits for: its turn; a connection; the server's next bytes; or, where the two cannot be told apart, an answer. */
export type Phase = "slot" | "connect" | "read" | "answer";

/** The longest delay that `setTimeout` knows. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One request on the wire and the clocks that can end it: connecting, silence, the run's deadline, a cancel.
 *
 * The transport says what it waits for with {@linkcode Exchange.enter} and {@linkcode Exchange.touch}, and hears of an
 * end through {@linkcode Exchange.onAbort}. The first reason to end is kept in {@linkcode Exchange.error}; what the
 * runtime reports afterwards is only its echo.
 */
export class Exchange {
  error: HttpError | undefined;
  /** The URL without user info, for messages. */
  readonly address: string;
  readonly #timeouts: Timeouts;
  readonly #deadlineMs: number;
  #phase: Phase = "slot";
  #phaseEndsMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesMs = Infinity;
  #aborts: ((error: HttpError) => void)[] = [];

  /** @param deadlineMs The run's deadline, milliseconds since the epoch. */
  constructor(address: string, timeouts: Timeouts, deadlineMs: number) {
    this.address = address;
    this.#timeouts = timeouts;
    this.#deadlineMs = deadlineMs;
  }

  /** Starts a phase and its clock. */
  enter(phase: Phase): void {
    this.#phase = phase;
    this.touch();
    // A timer that fires too early arms itself again, which is rarer than changes of phase.
    if (this.error === undefined && Math.min(this.#phaseEndsMs, this.#deadlineMs) < this.#firesMs) this.#arm();
  }

  /** The server was heard: its silence starts anew. */
  touch(): void {
    this.#phaseEndsMs = Date.now() + this.#allowedMs();
  }

  /** Calls `abort` when the exchange has to end; at once, when it already had to. */
  onAbort(abort: (error: HttpError) => void): void {
    this.#aborts.push(abort);
    if (this.error !== undefined) abort(this.error);
  }

  /** Ends the exchange; later calls change nothing. */
  fail(error: HttpError): void {
    if (this.error !== undefined) return;
    this.error = error;
    clearTimeout(this.#timer);
    for (const abort of this.#aborts) abort(error);
  }

  /** The exchange is over: no clock runs any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#aborts = [];
  }

  #allowedMs(): number {
    const { connectMs, readMs } = this.#timeouts;
    if (this.#phase === "slot") return Infinity;
    if (this.#phase === "connect") return connectMs;
    return this.#phase === "read" ? readMs : Math.max(connectMs, readMs);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#firesMs = Math.min(this.#phaseEndsMs, this.#deadlineMs);
    const delay = this.#firesMs - Date.now();
    this.#timer = setTimeout(() => this.#expire(), Math.min(Math.max(delay, 1), MAX_DELAY_MS));
  }

  #expire(): void {
    const now = Date.now();
    if (now >= this.#deadlineMs) this.fail(deadlineReached(this.address));
    else if (now >= this.#phaseEndsMs) this.fail(this.#tooSlow());
    else this.#arm();
  }

  #tooSlow(): HttpError {
    const seconds = this.#allowedMs() / 1000;
    if (this.#phase === "connect") {
      return new HttpError(
        "timeout",
        `No connection to ${this.address} within ${seconds} s (connect_timeout)`,
        "check the address and firewalls, or raise connect_timeout",
      );
    }
    if (this.#phase === "read") {
      return new HttpError(
        "timeout",
        `${this.address} sent nothing for ${seconds} s (read_timeout)`,
        "the server accepts connections and is busy or stuck; raise read_timeout if it is only slow",
      );
    }
    return new HttpError(
      "timeout",
      `No answer from ${this.address} within ${seconds} s, connecting or waiting for it (timeout)`,
      "check the address and firewalls and that the server is not stuck, or raise timeout",
    );
  }
}

/** The error of a request that the run's deadline ended. */
export function deadlineReached(address: string): HttpError {
  return new HttpError(
    "timeout",
    `The run's deadline was reached before ${address} had answered`,
    "raise the time that the host gives a run, or lower what the run has to fetch",
  );
}

/** The error of a request that a cancel, or the end of its run, ended. */
export function runEnded(address: string): HttpError {
  return new HttpError("timeout", `The run was ended before ${address} had answered`);
}
