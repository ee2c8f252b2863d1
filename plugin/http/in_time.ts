import { type Bounds, OutOfTimeError, within } from "../runtime/bounds.ts";
import { HttpError } from "./errors.ts";

/**
 * Waits for work within the run's bounds.
 *
 * @param what is done then, as `the token was read`; it ends the sentence of the message
 * @throws {HttpError} `timeout`, when a bound comes first
 */
export async function inTime<T>(what: string, work: Promise<T>, bounds: Bounds): Promise<T> {
  try {
    return await within(work, bounds);
  } catch (thrown) {
    throw thrown instanceof OutOfTimeError ? tooLate(thrown, what) : thrown;
  }
}

/** The error of work that was given up before `what` was done. */
export function tooLate({ why }: OutOfTimeError, what: string): HttpError {
  return why === "cancelled" ? new HttpError("timeout", `The run was ended before ${what}`) : new HttpError(
    "timeout",
    `The run's deadline was reached before ${what}`,
    "see what is there: a named pipe that nobody writes to, a file system or a server that hangs",
  );
}
