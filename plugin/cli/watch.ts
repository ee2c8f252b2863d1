import process from "node:process";
import { type Keyboard, listenToKeys } from "../runtime/keyboard.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { tell } from "./tell.ts";
import { WatchScreen } from "./watch_screen.ts";

/** `--watch`: the terminal, from when it is taken until somebody ends it. */
export class Watch {
  readonly screen = new WatchScreen(writeStdout, terminalSize);
  #keyboard: Keyboard | undefined;
  #onResize: (() => void) | undefined;

  /**
   * Takes the terminal.
   *
   * @param onEnd called when the person wants no more: `q`, Ctrl-C
   * @param onResize called when the terminal has another size
   */
  open(onEnd: () => void, onResize: () => void): void {
    this.#keyboard = listenToKeys((key) => {
      if (key === "q" || key === "Q") onEnd();
    }, onEnd);
    this.#onResize = onResize;
    process.on("SIGWINCH", onResize);
    this.screen.open();
  }

  /** Gives the terminal back as it was; the last frame stays on it, and what was told meanwhile. */
  close(): void {
    if (this.#onResize !== undefined) process.off("SIGWINCH", this.#onResize);
    this.#keyboard?.close();
    const { last, messages } = this.screen.close();
    writeStdout(last);
    messages.forEach(tell);
  }
}

function terminalSize(): { columns: number; rows: number } {
  const { columns = 80, rows = 24 } = process.stdout;
  return { columns, rows };
}
