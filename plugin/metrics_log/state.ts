import * as v from "valibot";
import type { State } from "../report/mod.ts";
import { type Cursor, cursorSchema } from "./cursor.ts";
import type { SeriesState } from "./series.ts";

/** `null`: there was no such file. */
const optionalCursor = v.nullable(cursorSchema);
const series = v.array(v.tuple([v.string(), v.number(), v.number()]));

const stateSchema = v.object({
  version: v.literal(2),
  /** Milliseconds since the epoch of the last run. */
  seen_at: v.number(),
  logs: v.array(v.tuple([v.string(), v.string(), optionalCursor])),
  /** Milliseconds since the epoch of the last run that read a metric. */
  metric_at: v.optional(v.number()),
  /** What was written since then is no metric. */
  unreadable: v.optional(v.literal(true)),
  series: v.array(v.tuple([v.string(), v.string(), v.nullable(v.picklist(["counter", "gauge", "histogram"])), series])),
  /** The scraper's own. */
  scraper: v.optional(v.record(v.string(), v.unknown())),
});

const oldLog = v.optional(v.object({ path: v.string(), cursor: optionalCursor }));

/** Series were told apart by `NAME.UNIT`, and their kind was not said. */
const firstVersionSchema = v.object({
  version: v.literal(1),
  seen_at: v.number(),
  ts_metrics: oldLog,
  model_metrics: oldLog,
  series: v.array(v.tuple([v.string(), series])),
  scraper: v.optional(v.record(v.string(), v.unknown())),
});

/** What an instance remembers. */
export interface MetricsLogState {
  readonly seenAtMs: number;
  /** By log: how far it was read, `null` where there was no such file; a log that was never looked for is missing. */
  readonly cursors: ReadonlyMap<string, Cursor | null>;
  /** When a metric was read last, in milliseconds since the epoch. */
  readonly metricAtMs: number | undefined;
  /** What was written since then is no metric. */
  readonly unreadable: boolean;
  readonly series: SeriesState;
  readonly scraper: State | undefined;
}

/** What an earlier run left, or why it cannot be used. */
export type ReadState =
  | { readonly state: MetricsLogState | undefined }
  | { readonly dropped: string };

/**
 * Reads what an earlier run left, of the same files; there is no state on the first run and where the files are others.
 * State of version 1 is read, too.
 *
 * @param paths the files, by log
 */
export function readLogState(state: State | undefined, paths: ReadonlyMap<string, string>): ReadState {
  if (state === undefined || Object.keys(state).length === 0) return { state: undefined };
  const read = v.safeParse(stateSchema, state);
  if (read.success) {
    const { seen_at, logs, metric_at, unreadable = false, series, scraper } = read.output;
    const cursors = cursorsOf(logs, paths);
    if (cursors.size === 0) return { state: undefined };
    return { state: { seenAtMs: seen_at, cursors, metricAtMs: metric_at, unreadable, series, scraper } };
  }
  const old = v.safeParse(firstVersionSchema, state);
  if (!old.success) {
    return {
      dropped: "what an earlier run left cannot be read, it is of another version: this run starts as the first",
    };
  }
  const { seen_at, ts_metrics, model_metrics, series: byMetric, scraper } = old.output;
  const logs = Object.entries({ ts_metrics, model_metrics }).flatMap(([name, log]): [string, string, Cursor | null][] =>
    log === undefined ? [] : [[name, log.path, log.cursor]]
  );
  const cursors = cursorsOf(logs, paths);
  if (cursors.size === 0) return { state: undefined };
  const series = byMetric.map(([metric, sets]): SeriesState[number] => {
    const dot = metric.indexOf(".");
    return [metric.slice(0, dot), metric.slice(dot + 1), null, sets];
  });
  return { state: { seenAtMs: seen_at, cursors, metricAtMs: seen_at, unreadable: false, series, scraper } };
}

function cursorsOf(
  logs: readonly [name: string, path: string, cursor: Cursor | null][],
  paths: ReadonlyMap<string, string>,
): Map<string, Cursor | null> {
  const cursors = new Map<string, Cursor | null>();
  for (const [name, path, cursor] of logs) if (paths.get(name) === path) cursors.set(name, cursor);
  return cursors;
}

/** @param paths the files, by log */
export function writeLogState(state: MetricsLogState, paths: ReadonlyMap<string, string>): State {
  return {
    version: 2,
    seen_at: state.seenAtMs,
    logs: [...state.cursors].map(([name, cursor]): [string, string, Cursor | null] => [
      name,
      paths.get(name) ?? "",
      cursor,
    ]),
    ...(state.metricAtMs === undefined ? {} : { metric_at: state.metricAtMs }),
    ...(state.unreadable ? { unreadable: true } : {}),
    series: state.series,
    ...(state.scraper === undefined ? {} : { scraper: state.scraper }),
  } satisfies v.InferInput<typeof stateSchema>;
}
