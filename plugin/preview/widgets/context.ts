import type { Aggregator } from "../../assets/mod.ts";
import type { Range } from "../../assets/evaluate/mod.ts";
import type { CatalogueEntry } from "../../catalogue/mod.ts";
import type { History } from "../collect/mod.ts";

/** What the widgets of one view are made of. */
export interface Context {
  readonly history: History;
  /** The parts of the range, which follow one another. */
  readonly parts: readonly Range[];
  /** The same, finer at their end: for values of the last run. */
  readonly fineParts: readonly Range[];
  readonly variables: ReadonlyMap<string, string>;
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
}

/** The seconds of the range: from is out of it. */
export function spanOf({ parts }: Pick<Context, "parts">): Range {
  return { from: parts[0]?.from ?? 0, to: parts.at(-1)?.to ?? 0 };
}

/** The parts over which an aggregator is evaluated. */
export function partsFor(aggregator: Aggregator, { parts, fineParts }: Context): readonly Range[] {
  return aggregator === "last" ? fineParts : parts;
}

/** When what is shown is of, where nothing came for longer than two runs; `undefined` where it is of now. */
export function staleSince(newest: number | undefined, { history }: Context): number | undefined {
  if (newest === undefined || history.now - newest <= 2 * history.options.interval) return undefined;
  return newest;
}
