import { monotonicMs } from "../../runtime/bounds.ts";
import type { Clock, Waiting } from "./clock.ts";
import { HttpError } from "../errors.ts";
import type { Timeouts } from "../options.ts";

/**
 * What an exchange waits for: its turn; a connection; the server's next bytes; a small body as a whole; or, where
 * connecting and waiting cannot be told apart, an answer.
 */
export type Phase = "slot" | "connect" | "read" | "body" | "response";

/** The longest try of an address while there are others, in milliseconds: a lost packet is sent again after a second. */
const MAX_TRY_MS = 2_000;

/**
 * One request on the wire and the clocks that can end it: connecting, silence, the run's deadline, a cancel.
 *
 * The transport says what it waits for with {@linkcode Exchange.enter} and {@linkcode Exchange.touch}, and hears of an
 * end through {@linkcode Exchange.onAbort}. The first reason to end is kept in {@linkcode Exchange.error}; what the
 * runtime reports afterwards is only its echo.
 */
export class Exchange implements Waiting {
  error: HttpError | undefined;
  /** The URL without user info, for messages. */
  readonly address: string;
  readonly #timeouts: Timeouts;
  readonly #deadlineMs: number;
  readonly #clock: Clock;
  #phase: Phase = "slot";
  #phaseEndsMs = Infinity;
  readonly #aborts: ((error: HttpError) => void)[] = [];

  /** @param deadlineMs The run's deadline, milliseconds on the monotonic clock. */
  constructor(address: string, timeouts: Timeouts, deadlineMs: number, clock: Clock) {
    this.address = address;
    this.#timeouts = timeouts;
    this.#deadlineMs = deadlineMs;
    this.#clock = clock;
  }

  /** When the first of its clocks runs out, in milliseconds on the monotonic clock. */
  get dueMs(): number {
    return Math.min(this.#phaseEndsMs, this.#deadlineMs);
  }

  /** Starts a phase and its clock. */
  enter(phase: Phase): void {
    this.#phase = phase;
    this.touch();
    if (this.error === undefined) this.#clock.watch(this);
  }

  /** The server was heard: its silence starts anew. */
  touch(): void {
    this.#phaseEndsMs = monotonicMs() + this.#allowedMs();
  }

  /** Calls `abort` when the exchange has to end; at once, when it already had to. */
  onAbort(abort: (error: HttpError) => void): void {
    this.#aborts.push(abort);
    if (this.error !== undefined) abort(this.error);
  }

  /** Waits for work that knows nothing of this exchange, until the exchange ends. @throws {HttpError} its error then */
  during<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onAbort(reject);
      work.then(resolve, reject);
    });
  }

  /** How long one of several addresses may be tried, in milliseconds: the others get their share of the time. */
  shareOfConnect(addresses: number): number {
    return Math.min(MAX_TRY_MS, this.#timeouts.connectMs / addresses);
  }

  /** Ends the exchange; later calls change nothing. */
  fail(error: HttpError): void {
    if (this.error !== undefined) return;
    this.error = error;
    this.#clock.forget(this);
    for (const abort of this.#aborts) abort(error);
  }

  /** The exchange is over: no clock runs any more. */
  end(): void {
    this.#clock.forget(this);
    this.#aborts.length = 0;
  }

  expire(nowMs: number): void {
    if (nowMs >= this.#deadlineMs) this.fail(deadlineReached(this.address, this.#phase === "connect"));
    else if (nowMs >= this.#phaseEndsMs) this.fail(this.#tooSlow());
  }

  #allowedMs(): number {
    const { connectMs, readMs } = this.#timeouts;
    if (this.#phase === "slot") return Infinity;
    if (this.#phase === "connect") return connectMs;
    return this.#phase === "response" ? Math.max(connectMs, readMs) : readMs;
  }

  #tooSlow(): HttpError {
    const seconds = this.#allowedMs() / 1000;
    if (this.#phase === "connect") {
      return new HttpError(
        "timeout",
        `No connection to ${this.address} within ${seconds} s (connect_timeout)`,
        "check the address and firewalls, or raise connect_timeout",
        "connect_timeout",
      );
    }
    if (this.#phase === "read") {
      return new HttpError(
        "timeout",
        `${this.address} sent nothing for ${seconds} s (read_timeout)`,
        "the server accepts connections and is busy or stuck; raise read_timeout if it is only slow",
      );
    }
    if (this.#phase === "body") {
      return new HttpError(
        "timeout",
        `${this.address} did not send the rest of its answer within ${seconds} s (read_timeout)`,
        "the server or the network is busy or stuck; raise read_timeout if it is only slow",
      );
    }
    return new HttpError(
      "timeout",
      `No answer from ${this.address} within ${seconds} s, connecting or waiting for it (timeout)`,
      "check the address and firewalls and that the server is not stuck, or raise timeout",
    );
  }
}

/**
 * The error of a request that the run's deadline ended.
 *
 * @param connecting there was no connection yet
 */
export function deadlineReached(address: string, connecting = false): HttpError {
  return new HttpError(
    "timeout",
    `The run's deadline was reached before ${address} had answered`,
    "raise the time that the host gives a run, or lower what the run has to fetch",
    connecting ? "connect_timeout" : "other",
  );
}

/** The error of a request that a cancel, or the end of its run, ended. */
export function runEnded(address: string): HttpError {
  return new HttpError("timeout", `The run was ended before ${address} had answered`);
}
