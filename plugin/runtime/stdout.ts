import { Buffer } from "node:buffer";
import process from "node:process";

/** Larger single writes come back short, silently, on a non-blocking pipe. */
const SLICE = 65_536;
/** How long to wait for a reader before trying again, in milliseconds. */
const PAUSE_MS = 2;

/** Output that cannot be written: its reader has gone away (`EPIPE`), or the disk is full (`ENOSPC`). */
export class OutputError extends Error {
  override readonly name = "OutputError";

  /**
   * @param code the operating system's; `""` where there is none
   * @param what cannot be written
   */
  constructor(readonly code: string, what = "standard output") {
    super(`${what} cannot be written (${code || "unknown error"})`);
  }
}

/**
 * Writes all of a text to stdout before it returns: the only way that is complete on both runtimes, whatever the pipe
 * (`process.stdout.write` loses what is buffered when the process ends).
 *
 * @throws {OutputError} when it cannot be written
 */
export function writeStdout(text: string): void {
  writeAll(1, Buffer.from(text, "utf8"));
}

/** Writes a line for people to stderr; where that cannot be, nobody is there to be told. */
export function writeStderr(line: string): void {
  drawOnStderr(`${line}\n`);
}

/** Writes a text to stderr as it is, such as a line that is drawn anew again and again. */
export function drawOnStderr(text: string): void {
  try {
    writeAll(2, Buffer.from(text, "utf8"));
  } catch (thrown) {
    if (!(thrown instanceof OutputError)) throw thrown;
  }
}

function writeAll(fd: 1 | 2, bytes: Uint8Array): void {
  // Loaded when something is written: it takes two milliseconds of a start that writes by a queue (bench: start).
  const { writeSync } = process.getBuiltinModule("node:fs");
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at, Math.min(SLICE, bytes.length - at));
    } catch (thrown) {
      const code = errorCode(thrown);
      if (code !== "EAGAIN") throw new OutputError(code);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** The operating system's code of an error; `""` where there is none. */
export function errorCode(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
}

/** Ends the process with this status once nothing is left to do. Output already written is complete. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

/** Ends the process at once, whatever is left to do or to write. */
export function endProcess(status: number): never {
  process.exit(status);
}
