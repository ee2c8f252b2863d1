import type { Answer, Case, FamilyBlock } from "./case.ts";
import { mapFamilies } from "./instance_metrics.ts";
import type { Random } from "./random.ts";

/** Something rare in a case that leads to an intended difference. */
export interface Oddity {
  /** The record of the difference. */
  readonly name: string;
  readonly format?: Answer["format"];
  /** Families that it needs. */
  readonly families?: readonly string[];
  readonly hosts?: number;
  readonly prefix?: boolean;
  /** The family that becomes of another type between two scrapes. */
  readonly changing?: string;
  readonly apply: (made: Case, random: Random) => Case;
}

/** The case with other options. */
export const withOptions = (made: Case, options: Case["instance"]): Case => ({
  ...made,
  instance: { ...made.instance, ...options },
});

/** The case with more entries of `extra_metrics`. */
export function withMetrics(made: Case, ...items: readonly unknown[]): Case {
  const extra = Array.isArray(made.instance.extra_metrics) ? made.instance.extra_metrics : [];
  const { metrics: _, exclude_metrics: __, ...instance } = made.instance;
  return { ...made, instance: { ...instance, extra_metrics: [...extra, ...items] } };
}

/** Changes the family's samples wherever it is exposed. */
export function changeSamples(
  made: Case,
  type: string,
  change: (samples: FamilyBlock["samples"]) => FamilyBlock["samples"],
): Case {
  return mapFamilies(made, (family) => family.type === type ? { ...family, samples: change(family.samples) } : family);
}
