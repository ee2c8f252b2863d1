import * as v from "valibot";
import type { State } from "../report/report.ts";
import type { LogName } from "./paths.ts";
import type { SeriesState } from "./series.ts";

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(64));

const cursorSchema = v.object({
  /** Device and inode: the file's identity for as long as it exists. */
  device: text,
  inode: text,
  /** Nanoseconds since the epoch of its creation, where the file system knows: inodes are used again. */
  born: text,
  /** The first byte that was not read. For a compressed file in what it holds. */
  offset,
  /** Digest of the first `head_length` bytes: the identity of the content, also of a copy. */
  head: text,
  head_length: offset,
  /** The offset is within a line that is to be passed over. */
  skipping: v.optional(v.literal(true)),
});

const logSchema = v.object({
  path: v.string(),
  /** `null`: there was no such file. */
  cursor: v.nullable(cursorSchema),
});

const stateSchema = v.object({
  version: v.literal(1),
  /** Milliseconds since the epoch of the last run. */
  seen_at: v.number(),
  ts_metrics: v.optional(logSchema),
  model_metrics: v.optional(logSchema),
  series: v.array(v.tuple([v.string(), v.array(v.tuple([v.string(), v.number(), v.number()]))])),
  /** The scraper's own. */
  scraper: v.optional(v.record(v.string(), v.unknown())),
});

/** How far a file was read. */
export type Cursor = v.InferOutput<typeof cursorSchema>;

/** What an instance remembers. */
export interface MetricsLogState {
  readonly seenAtMs: number;
  /** By log: how far it was read, `null` where there was no such file; a log that was never looked for is missing. */
  readonly cursors: ReadonlyMap<LogName, Cursor | null>;
  readonly series: SeriesState;
  readonly scraper: State | undefined;
}

/** What an earlier run left, of the same files; `undefined` for the first run or for something else altogether. */
export function readLogState(
  state: State | undefined,
  paths: ReadonlyMap<LogName, string>,
): MetricsLogState | undefined {
  const read = v.safeParse(stateSchema, state);
  if (!read.success) return undefined;
  const cursors = new Map<LogName, Cursor | null>();
  for (const [name, path] of paths) {
    const log = read.output[name];
    if (log?.path === path) cursors.set(name, log.cursor);
  }
  if (cursors.size === 0) return undefined;
  const { seen_at, series, scraper } = read.output;
  return { seenAtMs: seen_at, cursors, series, scraper };
}

export function writeLogState(state: MetricsLogState, paths: ReadonlyMap<LogName, string>): State {
  const logs: Partial<Record<LogName, v.InferInput<typeof logSchema>>> = {};
  for (const [name, cursor] of state.cursors) logs[name] = { path: paths.get(name) ?? "", cursor };
  return {
    version: 1,
    seen_at: state.seenAtMs,
    ...logs,
    series: state.series,
    ...(state.scraper === undefined ? {} : { scraper: state.scraper }),
  } satisfies v.InferInput<typeof stateSchema>;
}
