import { fstatSync } from "node:fs";
import process from "node:process";

declare const Bun: { readonly stdin: { stream(): ReadableStream<Uint8Array> } } | undefined;

/**
 * stdin as bytes. `process.stdin` would do on both runtimes, but making it costs Bun 2 ms of a start of 10.
 */
function stdinStream(): ReadableStream<Uint8Array> {
  return typeof Bun === "undefined" ? Deno.stdin.readable : Bun.stdin.stream();
}

/** Whether a person sits at stdin. Pipes and files are told apart without making a stream for them. */
export function stdinIsTerminal(): boolean {
  try {
    return fstatSync(0).isCharacterDevice() && process.stdin.isTTY === true;
  } catch {
    return false;
  }
}

/** What arrives on stdin, in pieces, until its end. */
export interface InputHandlers {
  readonly onData: (bytes: Uint8Array) => void;
  readonly onEnd: () => void;
}

/** Hands stdin over as it arrives, and SIGTERM and SIGINT as its end. Call the result to stop reading. */
export function readStdin({ onData, onEnd }: InputHandlers): () => void {
  const reader = stdinStream().getReader();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    process.off("SIGTERM", end);
    process.off("SIGINT", end);
    onEnd();
    reader.cancel().catch(() => {});
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  const readOn = async () => {
    while (!ended) {
      const { done, value } = await reader.read();
      if (done) break;
      onData(value);
    }
  };
  readOn().catch(() => {}).finally(end);
  return end;
}

/** All of stdin as text; stops reading past `maxBytes` and says so. */
export async function readAllStdin(maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of stdinStream()) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`standard input is longer than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
