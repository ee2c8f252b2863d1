import { isDeepStrictEqual } from "node:util";
import type { LogTests } from "./asset.ts";
import type { LogEngine } from "./engine.ts";

/** A test whose line comes out otherwise. */
export interface Difference {
  /** Which test, from 0. */
  readonly test: number;
  /** `custom`, `message`, `status`, `tags` or `timestamp`. */
  readonly part: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** In tests the tag of the source has this value, whatever the source is called. */
const SOURCE = "LOGS_SOURCE";

/** What a line comes out as, in the form of the tests. */
export function resultOf(engine: LogEngine, sample: string, source: string): LogTests["tests"][number]["result"] {
  const { attributes, message, status, tags, timestamp } = engine.process(sample, [`source:${source}`]);
  return {
    custom: { ...attributes },
    message,
    status,
    tags: tags.map((tag) => tag === `source:${source}` ? `source:${SOURCE}` : tag),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

/** Runs the tests of a pipeline. */
export function differences(engine: LogEngine, { id, tests }: LogTests): Difference[] {
  return tests.flatMap(({ sample, result }, test) => {
    const found: Readonly<Record<string, unknown>> = resultOf(engine, sample, id);
    const expected: Readonly<Record<string, unknown>> = result;
    return ["custom", "message", "status", "tags", "timestamp"]
      .filter((part) => !isDeepStrictEqual(expected[part], found[part]))
      .map((part) => ({ test, part, expected: expected[part], found: found[part] }));
  });
}
