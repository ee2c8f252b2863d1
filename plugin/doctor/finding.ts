import type { FindingId } from "./catalogue.ts";

/** What a finding says of its part: it does not work, it may be meant otherwise, it is well. */
export type Level = "wrong" | "doubtful" | "fine";

/** One thing that the doctor found. */
export interface Finding {
  readonly id: FindingId;
  readonly level: Level;
  /** What it is, in one line. */
  readonly message: string;
  /** Where that was seen: requests with their answers, files with their lines. */
  readonly evidence: readonly string[];
  /** What to do about it. */
  readonly remedy?: string;
  /** The instances that it explains, by their paths in the configuration. */
  readonly instances: readonly string[];
}

const RANKS: Readonly<Record<Level, number>> = { wrong: 0, doubtful: 1, fine: 2 };

/** Findings in the order in which people read them: what is wrong first, and there the cause before what follows of it. */
export function sorted(findings: readonly Finding[], order: (id: FindingId) => number): Finding[] {
  return findings.toSorted((a, b) => RANKS[a.level] - RANKS[b.level] || order(a.id) - order(b.id));
}
