import { readStdin } from "../runtime/stdin.ts";
import { setExitStatus, writeStdoutPieces } from "../runtime/stdout.ts";
import { LineReader } from "./lines.ts";
import { Session } from "./session.ts";

/** The longest line that is read, in bytes: a request with the state of a large target stays far below. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Speaks the protocol on stdin and stdout until the input ends or the host shuts down. Resolves when all is answered. */
export async function serveStdio(): Promise<void> {
  const session = new Session(writeStdoutPieces);
  await new Promise<void>((resolve) => {
    const lines = new LineReader(MAX_LINE_BYTES, (line) => session.receive(line));
    const stop = readStdin({
      onData: (bytes) => lines.push(bytes),
      onEnd: () => {
        lines.end();
        resolve();
      },
    });
    session.onShutdown = stop;
  });
  await session.finished();
  setExitStatus(0);
}
