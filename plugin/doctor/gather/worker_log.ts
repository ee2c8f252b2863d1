import { leadingSeconds } from "../../metrics_log/mod.ts";
import { causeOf, chainsOf, placeOf } from "./traceback.ts";

/** An exception in a model's log. */
export interface LoggedException {
  /** `ModuleNotFoundError: No module named 'numpy'`. */
  readonly text: string;
  /** Where it is mended: the file and line of the handler, where the traceback has them. */
  readonly place: { readonly file: string; readonly line: number } | undefined;
  /** The number of the exception's line in the log, from 1; `undefined` where only its end was read. */
  readonly logLine: number | undefined;
  /** Seconds since the epoch; `undefined` where the layout has no time. */
  readonly seconds: number | undefined;
}

/** What a worker wrote from one start of its process to the next. */
export interface WorkerLife {
  readonly pid: number | undefined;
  /** Seconds since the epoch; `undefined` where the layout has no time. */
  readonly startedSeconds: number | undefined;
  /** Why the process ended, where it told. */
  readonly death: LoggedException | undefined;
  /** The last exception of a prediction, and how many there were. */
  readonly failed: { readonly last: LoggedException; readonly count: number } | undefined;
  /** What the interpreter or the system wrote of an end without an exception: `Segmentation fault`. */
  readonly crash: string | undefined;
}

/** The log of a model's worker. */
export interface WorkerLog {
  readonly worker: string;
  /** Model and version, `densenet161_1.0`. */
  readonly model: string;
  /** From the oldest to the newest. */
  readonly lives: readonly WorkerLife[];
}

interface Line {
  readonly text: string;
  readonly number: number;
  readonly seconds: number | undefined;
}

/** The thread that reads what a worker writes (`WorkerLifeCycle.java`). */
const THREAD = /\bW-(\d+)-(\S+?)-(?:stdout|stderr)\b/;
/** What a worker writes when its process is there (`model_service_worker.py`). */
const STARTED = /^Listening on port: /;
const PID = /^\[PID\] ?(\d+)/;
const DIED = /^Backend worker process died/;
/** What a worker raises after it has written why the model could not be loaded: `500 - Unknown exception`. */
const RESULT = /^RuntimeError: \d{3} - /;
/** What the interpreter writes when it ends without an exception, and C libraries, and a shell. */
const CRASH =
  /^(?:Fatal Python error: .*|Segmentation fault.*|terminate called .*|Killed|.*\bcore dumped\b.*|Illegal instruction.*)$/;

/**
 * Takes a `model_log.log` apart by its workers and the lives of their processes. Any layout that has the thread in its
 * lines will do, JSON as well.
 *
 * @param text the log, or its end
 * @param firstLine the number of its first line; `undefined` where that is not known
 * @param writtenSeconds when its last line was written, in seconds since the epoch; with it, times of another time zone,
 * such as those of a container, are understood
 */
export function readWorkerLogs(
  text: string,
  firstLine: number | undefined,
  writtenSeconds?: number,
): Map<string, WorkerLog> {
  const shift = zoneShift(text, writtenSeconds);
  const threads = new Map<string, { worker: string; model: string; lines: Line[] }>();
  let last: Line[] | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const thread = THREAD.exec(line);
    if (thread === null) {
      // A message of several lines: only its first one has what the layout puts before it.
      last?.push({ text: line, number: index, seconds: undefined });
      continue;
    }
    const [whole, worker = "", model = ""] = thread;
    const key = `${worker} ${model}`;
    let found = threads.get(key);
    if (found === undefined) threads.set(key, found = { worker, model, lines: [] });
    last = found.lines;
    last.push({ text: messageOf(line, thread.index + whole.length), number: index, seconds: secondsOf(line, shift) });
  }
  return new Map([...threads].map(([key, { worker, model, lines }]) => [
    key,
    { worker, model, lives: livesOf(lines).map((life) => readLife(life, firstLine)) },
  ]));
}

/** Time zones differ by quarters of an hour, in seconds. */
const ZONE_STEP = 900;
/** From UTC-12 to UTC+14, in seconds. */
const MOST_APART = 26 * 3_600;

/**
 * By how many seconds the times of a log's lines are behind those of the system that reads them. What is further apart
 * than two time zones can be was copied, or written to since.
 */
function zoneShift(text: string, writtenSeconds: number | undefined): number {
  const last = text.trimEnd().split("\n").findLast((line) => leadingSeconds(line) !== undefined);
  const seconds = last === undefined ? undefined : leadingSeconds(last);
  if (seconds === undefined || writtenSeconds === undefined) return 0;
  const shift = Math.round((writtenSeconds - seconds) / ZONE_STEP) * ZONE_STEP;
  return Math.abs(shift) <= MOST_APART ? shift : 0;
}

function secondsOf(line: string, shift: number): number | undefined {
  const seconds = leadingSeconds(line);
  return seconds === undefined ? undefined : seconds + shift;
}

/** What a worker wrote: behind the thread and the logger's name, or the message of a record in JSON. */
function messageOf(line: string, after: number): string {
  if (line.trimStart().startsWith("{")) {
    try {
      const record: unknown = JSON.parse(line);
      if (typeof record === "object" && record !== null && "message" in record && typeof record.message === "string") {
        return record.message;
      }
    } catch {
      // A line that only looks like a record.
    }
  }
  const separator = line.indexOf(" - ", after);
  return separator < 0 ? line.slice(after).trimStart() : line.slice(separator + " - ".length);
}

function livesOf(lines: readonly Line[]): Line[][] {
  const lives: Line[][] = [[]];
  for (const line of lines) {
    if (STARTED.test(line.text)) lives.push([]);
    lives.at(-1)?.push(line);
  }
  // What stands before the first start belongs to a process whose start was not read.
  return lives.filter((life, index) => index > 0 || life.some(({ text }) => DIED.test(text)));
}

function readLife(lines: readonly Line[], firstLine: number | undefined): WorkerLife {
  const texts = lines.map(({ text }) => text);
  const pid = texts.map((text) => PID.exec(text)?.[1]).find((found) => found !== undefined);
  const diedAt = texts.findIndex((text) => DIED.test(text));
  const raised = chainsOf(texts).flatMap((chain) => {
    const cause = causeOf(chain);
    return cause === undefined ? [] : [{ cause, end: chain.at(-1)?.at ?? cause.at }];
  });
  const exceptionOf = ({ cause }: (typeof raised)[number]): LoggedException => {
    const line = lines[cause.at];
    return {
      text: cause.text,
      place: placeOf(cause),
      logLine: line === undefined || firstLine === undefined ? undefined : firstLine + line.number,
      seconds: line?.seconds,
    };
  };
  const last = diedAt < 0 ? undefined : raised.find(({ end }) => end > diedAt);
  const death = last !== undefined && RESULT.test(last.cause.text)
    ? raised.findLast(({ end }) => end < diedAt) ?? last
    : last;
  const failed = raised.filter((one) => one !== death && one !== last);
  const lastFailed = failed.at(-1);
  return {
    pid: pid === undefined ? undefined : Number(pid),
    startedSeconds: lines.find(({ seconds }) => seconds !== undefined)?.seconds,
    death: death && exceptionOf(death),
    failed: lastFailed && { last: exceptionOf(lastFailed), count: failed.length },
    crash: texts.find((text) => CRASH.test(text)),
  };
}
