import * as v from "valibot";
import type { State } from "../report/mod.ts";

const pairs = v.array(v.tuple([v.string(), v.string()]));

const stateSchema = v.object({
  version: v.literal(1),
  /** Absent: there was no good scrape yet. `false`: the last one failed. */
  flush: v.optional(v.boolean()),
  shared: v.optional(
    v.object({
      everywhere: pairs,
      joins: v.array(v.object({ match: pairs, labels: pairs })),
      target: v.optional(pairs),
    }),
  ),
});

/** What a scraper remembers between runs. */
export type ScraperState = v.InferOutput<typeof stateSchema>;

/** What an earlier run left; `undefined` for the first run or for something else altogether. */
export function readScraperState(state: State | undefined): ScraperState | undefined {
  const read = v.safeParse(stateSchema, state);
  return read.success ? read.output : undefined;
}

/** After a scrape that failed, counters that had been flowing start anew; before the first good one nothing changes. */
export function failedScraperState(state: ScraperState | undefined): ScraperState | undefined {
  return state?.flush ? { ...state, flush: false } : state;
}
