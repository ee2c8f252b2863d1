import { Buffer } from "node:buffer";
import process from "node:process";

declare const Bun: { readonly stdin: { stream(): ReadableStream<Uint8Array> } } | undefined;

/**
 * stdin as bytes. `process.stdin` would do on both runtimes, but making it costs Bun 2 ms of a start of 10.
 */
function stdinStream(): ReadableStream<Uint8Array> {
  return typeof Bun === "undefined" ? Deno.stdin.readable : Bun.stdin.stream();
}

/** What arrives on stdin, in pieces, until its end. */
export interface InputHandlers {
  /** The next piece is read when this is done with one. */
  readonly onData: (bytes: Uint8Array) => void | Promise<void>;
  /** Called once: the input has ended, or a signal says that it should. */
  readonly onEnd: () => void;
  /** Called at the first SIGTERM or SIGINT, before `onEnd` or after it; a second one ends the process. */
  readonly onSignal: () => void;
}

/** Reading that is under way. */
export interface Reading {
  /** Stops reading, as if the input had ended. */
  end(): void;
  /** Leaves signals to the system again. */
  release(): void;
}

/** Hands stdin over as it arrives. */
export function readStdin({ onData, onEnd, onSignal }: InputHandlers): Reading {
  const reader = stdinStream().getReader();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    onEnd();
    reader.cancel().catch(() => {});
  };
  const signalled = () => {
    release();
    onSignal();
    end();
  };
  const release = () => {
    process.off("SIGTERM", signalled);
    process.off("SIGINT", signalled);
  };
  process.on("SIGTERM", signalled);
  process.on("SIGINT", signalled);
  const readOn = async () => {
    while (!ended) {
      const { done, value } = await reader.read();
      if (done) break;
      await onData(value);
    }
  };
  readOn().catch(() => {}).finally(end);
  return { end, release };
}

/** All of stdin; stops reading past `maxBytes` and says so. */
export async function readAllOfStdin(maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdinStream()) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`standard input is longer than ${maxBytes} bytes`);
    pieces.push(chunk);
  }
  return Buffer.concat(pieces);
}
