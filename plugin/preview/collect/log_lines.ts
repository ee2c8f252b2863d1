import type { LogEngine, ProcessedLog } from "../../assets/logs/mod.ts";
import { clip } from "../../text/mod.ts";

/** A line of a log, as the pipeline leaves it. */
export interface LogLine extends ProcessedLog {
  /** Seconds. */
  readonly time: number;
  /** Attributes by their paths, as texts. */
  readonly flat: ReadonlyMap<string, unknown>;
}

/** Messages that came together. */
export interface LogBatch {
  readonly messages: readonly string[];
  /** When the newest of them was written, in seconds, as the file system says. */
  readonly writtenAt: number;
}

/** Where lines come from: read anew at each run. */
export interface LogSource {
  /** Its tags, `source:torchserve` among them. */
  readonly tags: readonly string[];
  /** What was written since the last time; what cannot be read is told by {@linkcode problem}. */
  read(): Promise<LogBatch>;
  /** Why it gives nothing. */
  readonly problem: string | undefined;
}

/** Lines that are kept at most. */
const MOST_LINES = 4_000;
/** Places of the world are a multiple of so many seconds from UTC. */
const ZONE_STEP = 900;
/** Of a line, in characters. */
const MOST_CHARACTERS = 8_000;

/** The newest lines of the log files. */
export class LogLines {
  readonly all: LogLine[] = [];

  constructor(private readonly engine: LogEngine, readonly sources: readonly LogSource[]) {}

  /** Why no line can come. */
  get problem(): string | undefined {
    if (this.sources.length === 0) return "the configuration names no log files (logs, with type: file and a path)";
    return this.sources.map(({ problem }) => problem).find((problem) => problem !== undefined);
  }

  /** Reads what was written since the last time. */
  async read(now: number): Promise<void> {
    for (const source of this.sources) {
      const { messages, writtenAt } = await source.read();
      const found = messages.map((text) => this.engine.process(clip(text, MOST_CHARACTERS), source.tags));
      const newest = found.findLast(({ timestamp }) => timestamp !== undefined)?.timestamp;
      // TorchServe writes the time of its place, without saying which: the file's own time tells.
      const zone = newest === undefined ? 0 : Math.round((writtenAt - newest / 1_000) / ZONE_STEP) * ZONE_STEP;
      for (const line of found) {
        const time = line.timestamp === undefined ? writtenAt : line.timestamp / 1_000 + zone;
        this.all.push({ ...line, time: Math.min(time, now), flat: flattened(line.attributes) });
      }
    }
    this.all.sort((a, b) => a.time - b.time);
    this.all.splice(0, this.all.length - MOST_LINES);
  }
}

function flattened(attributes: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  const add = (path: string, value: unknown) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add(path === "" ? name : `${path}.${name}`, inner);
    } else flat.set(path, value);
  };
  add("", attributes);
  return flat;
}
