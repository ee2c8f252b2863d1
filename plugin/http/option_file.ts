import { type Bounds, OutOfTimeError } from "../runtime/bounds.ts";
import { FileError, readTextWithin } from "../runtime/read_file.ts";
import { HttpError } from "./errors.ts";
import { tooLate } from "./in_time.ts";
import type { HttpErrorCode } from "./types.ts";

/** How much is read of a file, how long, and the code of the error when it cannot be read. */
export interface OptionFileBounds extends Bounds {
  readonly maxBytes: number;
  readonly failure: HttpErrorCode;
}

/**
 * Reads a file that an option names, as UTF-8.
 *
 * @param option names the file in messages
 * @throws {HttpError} `bounds.failure` when it cannot be read or is too large; `timeout` when the run ends first, as for
 * a named pipe that nobody writes to
 */
export async function readOptionFile(option: string, path: string, bounds: OptionFileBounds): Promise<string> {
  try {
    return await readTextWithin(path, bounds);
  } catch (thrown) {
    if (thrown instanceof OutOfTimeError) throw tooLate(thrown, `${option}: ${path} was read`);
    if (!(thrown instanceof FileError)) throw thrown;
    throw new HttpError(bounds.failure, `${option}: ${path} ${thrown.message}`, HINTS[thrown.reason]);
  }
}

const HINTS: Readonly<Record<FileError["reason"], string>> = {
  missing: "check the path, and that the file is mounted where the check runs",
  denied: "give the user that runs the check the right to read it",
  directory: "name a file",
  too_large: "check that the option names the right file",
  failed: "see what the file system says of it",
};
