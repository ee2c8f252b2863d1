import process from "node:process";
import { drawOnStderr } from "../runtime/stdout.ts";
import { clipColumns, oneLine } from "../text/mod.ts";
import { duration } from "../formats/mod.ts";

/** What takes longer than this is told, in milliseconds. */
const PATIENCE_MS = 1_000;
/** Back to the start of the line, and nothing on it. */
const CLEAR_LINE = "\r\u001b[K";

/** Where a line for people is drawn. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly draw: (text: string) => void;
  /** Milliseconds. */
  readonly patienceMs?: number;
}

/** Tells a person at a terminal which work takes long, on one line that goes again. */
export class Waiting {
  readonly #names = new Map<string, number>();
  readonly #terminal: Terminal;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isShown = false;

  constructor(terminal: Terminal = stderrTerminal()) {
    this.#terminal = terminal;
  }

  /** Work that began now, until it ends. */
  add(name: string, work: Promise<unknown>): void {
    if (this.#terminal.isTTY !== true) return;
    this.#names.set(name, performance.now());
    this.#timer ??= setInterval(() => this.#draw(), this.#terminal.patienceMs ?? PATIENCE_MS);
    const ended = () => {
      this.#names.delete(name);
      if (this.#names.size === 0) this.end();
    };
    work.then(ended, ended);
  }

  /** Takes the line away, since something is written now. */
  clear(): void {
    if (this.#isShown) this.#terminal.draw(CLEAR_LINE);
    this.#isShown = false;
  }

  /** Nothing is told any more. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#names.clear();
    this.clear();
  }

  #draw(): void {
    const [[name, since] = []] = this.#names;
    if (name === undefined || since === undefined) return;
    const others = this.#names.size === 1 ? "" : `, and for ${this.#names.size - 1} more`;
    const seconds = Math.round((performance.now() - since) / 1_000);
    const line = oneLine(`waiting for ${name}, ${duration(seconds)} so far${others}`);
    this.#terminal.draw(CLEAR_LINE + clipColumns(line, (this.#terminal.columns ?? 80) - 1));
    this.#isShown = true;
  }
}

function stderrTerminal(): Terminal {
  const { isTTY, columns } = process.stderr;
  // One that cannot go back to the start of a line would show each of them.
  return { isTTY: isTTY && process.env["TERM"] !== "dumb", columns, draw: drawOnStderr };
}
