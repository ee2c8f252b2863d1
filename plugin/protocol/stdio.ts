import { readStdin } from "../runtime/stdin.ts";
import { endProcess, writeStderr } from "../runtime/stdout.ts";
import { StdoutQueue } from "../runtime/stdout_queue.ts";
import { LineReader } from "./lines.ts";
import { Session } from "./session.ts";

/** The longest line that is read, in bytes: a request with the state of a large target stays far below. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** While a host leaves more than this unread, in bytes, no more is read of it: what it asks for cannot pile up. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** How configurations begin; no host sends such a line. */
const CONFIGURATION = /^\ufeff?\s*(?:#|---|\{?\s*"?(?:init_config|instances|\w+_api_url|openmetrics_endpoint)"?\s*:)/;
const NO_REQUEST =
  "torchserve-check: what comes from standard input is no JSON-RPC (docs/protocol.md). Was this meant: torchserve-check --instance -";
/** How hosts begin a request: nothing has to be compiled to see it. */
const REQUEST = '{"jsonrpc"';
/** What a host has after a signal to read what it asked for, in milliseconds. */
const LAST_READING_MS = 3_000;

/**
 * Speaks the protocol on stdin and stdout until the input ends or the host shuts down. Resolves when all is answered and
 * written. The status is 1 where that cannot be: the host closed our stdout, or sent a signal and did not read its
 * replies for three seconds.
 */
export async function serveStdio(): Promise<void> {
  const output = new StdoutQueue();
  const session = new Session((pieces, onWritten) => output.write(pieces, onWritten));
  let signal = () => {};
  const signalled = new Promise<void>((resolve) => signal = resolve);
  let release = () => {};
  await new Promise<void>((resolve) => {
    let isFirst = true;
    const lines = new LineReader(MAX_LINE_BYTES, (line) => {
      if (isFirst && "text" in line && isConfiguration(line.text)) writeStderr(NO_REQUEST);
      isFirst = false;
      session.receive(line);
    });
    const reading = readStdin({
      onData: (bytes) => {
        lines.push(bytes);
        return output.atMost(MAX_UNREAD_BYTES);
      },
      onEnd: () => {
        lines.end();
        resolve();
      },
      onSignal: signal,
    });
    session.onShutdown = reading.end;
    output.onClosed = reading.end;
    release = reading.release;
  });
  await session.finished();
  await session.close();
  let patience: ReturnType<typeof setTimeout> | undefined;
  const isLeft = await Promise.race([
    output.drained().then(() => false),
    signalled.then(() => new Promise<boolean>((resolve) => patience = setTimeout(resolve, LAST_READING_MS, true))),
  ]);
  clearTimeout(patience);
  release();
  // All is written, or never will be. What may still go on is a system call that hangs: nothing waits for it.
  endProcess(isLeft || output.isClosed ? 1 : 0);
}

function isConfiguration(line: string): boolean {
  return !line.startsWith(REQUEST) && CONFIGURATION.test(line.slice(0, 200));
}
