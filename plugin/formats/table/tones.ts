import type { Tone } from "../style.ts";

/** The colours of the statuses of service checks, by their numbers. */
export const STATUS_TONES = ["good", "doubtful", "bad", "doubtful"] as const satisfies readonly Tone[];

const VERDICT_TONES: ReadonlyMap<string, Tone> = new Map([["OK", "good"], ["CRITICAL", "bad"], ["ERROR", "bad"]]);

/** The colour of a verdict. */
export function verdictTone(word: string): Tone {
  return VERDICT_TONES.get(word) ?? "doubtful";
}
