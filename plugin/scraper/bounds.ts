import { canonicalNumber, parseFloatLabel } from "./float.ts";

/** The upper bound of a bucket or the quantile of a summary, as it is written and as a number. */
export interface BoundText {
  readonly value: number;
  /** As the Agent writes it into tags. */
  readonly canonical: string;
}

/** Bounds that are known by their text: a target has few, and each stands in thousands of label sets. */
const MAX_KNOWN = 1_000;
/** A longer text is read each time, in characters. */
const MAX_TEXT = 32;

/** Reads the bounds of buckets and quantiles; each text once (bench: scrape "histograms", one-shot). */
export class BoundTexts {
  readonly #known = new Map<string, BoundText>();

  /** @returns `undefined` where the text is no number */
  read(text: string): BoundText | undefined {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = parseFloatLabel(text);
    if (value === undefined) return undefined;
    const bound = { value, canonical: canonicalNumber(value) };
    if (text.length <= MAX_TEXT && this.#known.size < MAX_KNOWN) this.#known.set(text, bound);
    return bound;
  }
}
