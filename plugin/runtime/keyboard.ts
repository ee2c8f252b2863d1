import process from "node:process";

/** Keys are handed over as they are pressed, and signals that end a process with them. */
export interface Keyboard {
  /** Leaves the terminal as it was. */
  close(): void;
}

/** What Ctrl-C and Ctrl-D send where the terminal does not act on them. */
const [CTRL_C, CTRL_D] = ["\u0003", "\u0004"];

/**
 * Listens to the keys of a person at a terminal, without waiting for Enter and without showing them. Where stdin is no
 * terminal, there are none.
 *
 * @param onKey told each character
 * @param onEnd called at Ctrl-C, Ctrl-D, SIGINT and SIGTERM
 */
export function listenToKeys(onKey: (key: string) => void, onEnd: () => void): Keyboard {
  const { stdin } = process;
  const isTerminal = stdin.isTTY === true;
  const onData = (data: Uint8Array | string) => {
    for (const key of typeof data === "string" ? data : new TextDecoder().decode(data)) {
      if (key === CTRL_C || key === CTRL_D) onEnd();
      else onKey(key);
    }
  };
  process.on("SIGINT", onEnd);
  process.on("SIGTERM", onEnd);
  if (isTerminal) {
    stdin.setRawMode(true);
    stdin.on("data", onData);
    stdin.resume();
  }
  return {
    close: () => {
      process.off("SIGINT", onEnd);
      process.off("SIGTERM", onEnd);
      if (!isTerminal) return;
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
      stdin.unref();
    },
  };
}
