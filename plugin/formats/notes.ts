import type { InstanceReport, Rendered } from "./format.ts";
import type { HistogramBucket, State } from "../report/mod.ts";
import { clip, oneLine } from "../text/mod.ts";

/** Of what is left out, a note shows so many characters. */
const SHOWN = 200;

/** What a text does not have, and why: one note for each reason, with the first that it is about. */
export class Notes {
  readonly #found = new Map<string, { readonly first: string; count: number }>();

  /**
   * @param reason a sentence without its end
   * @param which what is left out
   */
  add(reason: string, which: string): void {
    const found = this.#found.get(reason);
    if (found === undefined) this.#found.set(reason, { first: clip(oneLine(which), SHOWN), count: 1 });
    else found.count++;
  }

  /** Buckets, where a format has no histograms. */
  addBuckets(buckets: readonly HistogramBucket[]): void {
    for (const { name } of buckets) this.add("buckets have no place in this format and are left out", name);
  }

  /** Instances that did not run because of their configuration: nothing else of a batch says so. */
  addWrongConfigurations(reports: readonly InstanceReport[]): void {
    for (const { report: { error } } of reports) {
      if (error?.code === "config") {
        this.add("an instance cannot run because of its configuration", error.message);
      }
    }
  }

  /** The notes, each on one line. */
  get texts(): string[] {
    return [...this.#found].map(([reason, { first, count }]) =>
      `${reason}: ${first}${count === 1 ? "" : `, and ${count - 1} more`}`
    );
  }

  /** A text with what it does not have. */
  rendered(text: string, state: State | undefined): Rendered {
    return { text, notes: this.texts, ...(state === undefined ? {} : { state }) };
  }
}
