import type { SkippedSample } from "./types.ts";

/** Of a text, so many are listed; the families of further ones lack an unknown sample. */
const MAX_LISTED = 1_000;

/** A sample that cannot be read, by where its labels stand; an end of -1: they cannot be read either. */
export interface SkippedPlace {
  readonly name: string;
  readonly labelsStart: number;
  readonly labelsEnd: number;
  readonly line: number;
  readonly reason: string;
}

/** The samples of a text that could not be read, by family. */
export class SkippedSamples {
  readonly #byFamily = new Map<number, SkippedPlace[]>();
  #listed = 0;
  /** The families of those that are not listed, by number; where their lines are many, all families. */
  readonly #unlisted = new Set<number>();
  #lacksAll = false;

  /** Whether there is room for one more in the list. */
  get isListed(): boolean {
    return this.#listed < MAX_LISTED;
  }

  /** Whether all families are known to lack samples, so that one more says nothing. */
  get isComplete(): boolean {
    return this.#lacksAll;
  }

  /** Notes one in the list. */
  add(family: number, place: SkippedPlace): void {
    this.#listed++;
    const places = this.#byFamily.get(family);
    if (places === undefined) this.#byFamily.set(family, [place]);
    else places.push(place);
  }

  /** Notes one for which the list has no room: of the many there may be, no texts are made. */
  addUnlisted(family: number): void {
    if (this.#unlisted.size < MAX_LISTED) {
      this.#unlisted.add(family);
    } else if (!this.#unlisted.has(family)) {
      this.#lacksAll = true;
    }
  }

  /** What a family lacks; `undefined`: nothing. */
  of(family: number, name: string, read: (place: SkippedPlace) => SkippedSample): SkippedSample[] | undefined {
    const places = this.#byFamily.get(family);
    const lacksMore = this.#lacksAll || this.#unlisted.has(family);
    if (places === undefined && !lacksMore) return undefined;
    const samples = places?.map(read) ?? [];
    if (lacksMore) {
      samples.push({ name, labels: undefined, line: 0, reason: "expected fewer lines that cannot be read" });
    }
    return samples;
  }
}
