import { isDeepStrictEqual } from "node:util";
import type { LogTests } from "./asset.ts";
import type { LogEngine } from "./engine.ts";

/** A test whose line comes out otherwise. */
export interface Difference {
  /** Which test, from 0. */
  readonly test: number;
  /** `custom` and the attribute, `message`, `status`, `tags` and which, or `timestamp`. */
  readonly part: readonly (string | number)[];
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
    return ["custom", "message", "status", "tags", "timestamp"].flatMap((part) =>
      unequal(expected[part], found[part], [part]).map((place) => ({ test, ...place }))
    );
  });
}

/** Where two values differ: in mappings, the members; in lists of one length, the items. */
function unequal(
  expected: unknown,
  found: unknown,
  part: readonly (string | number)[],
): Omit<Difference, "test">[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    return expected.flatMap((item, i) => unequal(item, found[i], [...part, i]));
  }
  if (!isMapping(expected) || !isMapping(found)) return [{ part, expected, found }];
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) => unequal(own(expected, key), own(found, key), [...part, key]));
}

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (mapping: Mapping, key: string): unknown => Object.hasOwn(mapping, key) ? mapping[key] : undefined;
