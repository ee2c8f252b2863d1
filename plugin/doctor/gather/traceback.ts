/** A place in a Python program. */
export interface Frame {
  readonly file: string;
  readonly line: number;
}

/** An exception as Python prints it, with the place that raised it. */
export interface RaisedException {
  /** `ModuleNotFoundError: No module named 'numpy'`, the first line of it. */
  readonly text: string;
  /** From the outermost call to the innermost. */
  readonly frames: readonly Frame[];
  /** The number of its last line among those given. */
  readonly at: number;
}

const START = "Traceback (most recent call last):";
const FRAME = /^\s+File "([^"]+)", line (\d+)/;
/** Between exceptions of one chain (https://docs.python.org/3/library/exceptions.html, "Exception context"). */
const CHAINED =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/;
/** What TorchServe raises while it handles that a handler could not be imported: it looks for one of its own by that name. */
const DECOY = /^ModuleNotFoundError: No module named 'ts\.torch_handler\./;
/** Of Python itself and of TorchServe: there the fault of a model is not mended. */
const NOT_OF_MODELS = /^<|[/\\]site-packages[/\\]|[/\\]dist-packages[/\\]|[/\\]lib[/\\]python3[^/\\]*[/\\]/;
/** Where TorchServe unpacks archives: `TMPDIR/models/HASH/`. */
const OF_MODELS = /[/\\]models[/\\][0-9a-f]{32}[/\\]/;

/** The chains of exceptions in the lines of a worker, each in the order in which they were raised. */
export function chainsOf(lines: readonly string[]): RaisedException[][] {
  const chains: RaisedException[][] = [];
  let chain: RaisedException[] | undefined;
  for (let at = 0; at < lines.length; at++) {
    if (CHAINED.test(lines[at] ?? "")) continue;
    if (lines[at] !== START) {
      if (chain !== undefined && (lines[at] ?? "").trim() !== "") chain = undefined;
      continue;
    }
    const raised = readException(lines, at + 1);
    if (raised === undefined) continue;
    if (chain === undefined || !isChained(lines, at)) chains.push(chain = []);
    chain.push(raised);
    at = raised.at;
  }
  return chains;
}

/** The exception that people must know of: not the one that was raised while it was handled and says nothing of it. */
export function causeOf(chain: readonly RaisedException[]): RaisedException | undefined {
  return chain.findLast(({ text }) => !DECOY.test(text)) ?? chain.at(-1);
}

/** Where an exception is mended: the innermost place in the model's own files, else in no library, else where it was raised. */
export function placeOf({ frames }: RaisedException): Frame | undefined {
  return frames.findLast(({ file }) => OF_MODELS.test(file)) ??
    frames.findLast(({ file }) => !NOT_OF_MODELS.test(file)) ?? frames.at(-1);
}

function isChained(lines: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= Math.max(0, at - 3); before--) {
    if (CHAINED.test(lines[before] ?? "")) return true;
  }
  return false;
}

/** Reads what follows the first line of a traceback. */
function readException(lines: readonly string[], start: number): RaisedException | undefined {
  const frames: Frame[] = [];
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const frame = FRAME.exec(line);
    if (frame !== null) frames.push({ file: frame[1] ?? "", line: Number(frame[2]) });
    else if (line !== "" && !/^\s/.test(line)) return { text: line, frames, at };
  }
  return undefined;
}
