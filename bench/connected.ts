import { Buffer } from "node:buffer";
import { cpuSeconds, peakBytes } from "./process_usage.ts";

const NEWLINE = 10;

/** A reply, and how long it took. */
export interface Reply {
  /** From before the request is written until the last byte of the reply has been read. */
  readonly seconds: number;
  readonly bytes: number;
  /** The reply's text; only made when asked for. */
  readonly text: () => string;
}

/** A program that answers every line on stdin with one line on stdout, and stays. */
export class Connected {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #name: string;

  constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#name = program;
    const env = Object.fromEntries(Object.entries(Deno.env.toObject()).filter(([name]) => !/_proxy$/i.test(name)));
    this.#child = new Deno.Command(program, {
      args,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.getReader();
  }

  /** Sends a line and waits for its reply. @throws {Error} when the program ends before it */
  async ask(line: string): Promise<Reply> {
    const request = new TextEncoder().encode(`${line}\n`);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    const start = performance.now();
    await this.#writer.write(request);
    for (let isComplete = false; !isComplete;) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`${this.#name} ended before it replied`);
      pieces.push(value);
      bytes += value.length;
      isComplete = value.at(-1) === NEWLINE;
    }
    const seconds = (performance.now() - start) / 1000;
    return { seconds, bytes, text: () => Buffer.concat(pieces, bytes).toString("utf8") };
  }

  /** Resident memory at most, so far; NaN where the kernel does not tell. */
  peakBytes(): number {
    return peakBytes(this.#child.pid);
  }

  /** User and system time so far, in seconds; NaN where the kernel does not tell. */
  cpuSeconds(): number {
    return cpuSeconds(this.#child.pid);
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#writer.close();
    this.#reader.releaseLock();
    await this.#child.stdout.cancel();
    await this.#child.status;
  }
}
