import { monotonicMs, OutOfTimeError } from "../runtime/bounds.ts";
import { FileError, readTextWithin } from "../runtime/read_file.ts";

/** A larger file is no configuration, and no certificate, in bytes. */
const MAX_BYTES = 1024 * 1024;
const READ_TIMEOUT_MS = 10_000;

/**
 * Reads a file that the exporter was started with.
 *
 * @param Problem what is thrown where it cannot be read: its message names the file
 */
export async function readOwnFile(path: string, Problem: new (message: string) => Error): Promise<string> {
  try {
    return await readTextWithin(path, { maxBytes: MAX_BYTES, deadlineMs: monotonicMs() + READ_TIMEOUT_MS });
  } catch (thrown) {
    if (thrown instanceof FileError) throw new Problem(`${path} ${thrown.message}`);
    if (!(thrown instanceof OutOfTimeError)) throw thrown;
    throw new Problem(`${path} could not be read within ${READ_TIMEOUT_MS / 1_000} s`);
  }
}
