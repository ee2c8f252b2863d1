import { Buffer } from "node:buffer";
import { writeSync } from "node:fs";
import process from "node:process";

/** Larger single writes come back short, silently, on a non-blocking pipe. */
const SLICE = 65_536;
/** How long to wait for a reader before trying again, in milliseconds. */
const PAUSE_MS = 2;

const pause = new Int32Array(new SharedArrayBuffer(4));

let readerGone = false;

/**
 * Writes all of a text to stdout before it returns: the only way that is complete on both runtimes, whatever the pipe
 * (`process.stdout.write` loses what is buffered when the process ends). A reader that went away ends the output.
 */
export function writeStdout(text: string): void {
  writeAll(1, Buffer.from(text, "utf8"));
}

/** Writes a line for people to stderr. */
export function writeStderr(line: string): void {
  writeAll(2, Buffer.from(`${line}\n`, "utf8"));
}

function writeAll(fd: 1 | 2, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length && !(fd === 1 && readerGone)) {
    try {
      at += writeSync(fd, bytes, at, Math.min(SLICE, bytes.length - at));
    } catch (thrown) {
      if (errorCode(thrown) === "EAGAIN") Atomics.wait(pause, 0, 0, PAUSE_MS);
      else {
        if (fd === 1) readerGone = true;
        return;
      }
    }
  }
}

function errorCode(thrown: unknown): unknown {
  return thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
}

/** Ends the process with this status once nothing is left to do. Output already written is complete. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

/** Ends the process at once, whatever is left to do or to write. */
export function endProcess(status: number): never {
  process.exit(status);
}
