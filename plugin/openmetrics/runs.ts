import { grown } from "./columns.ts";
import type { Samples } from "./samples.ts";

const FIRST_CAPACITY = 32;

/**
 * Which samples are whose, where families go on in several places: a run is samples in a row of one family, and each says
 * which run is the family's next. Runs are numbered from 1. 8 bytes a run.
 */
export class Runs {
  /** By run: where it starts among all samples, the family's next run or 0. */
  #runs = new Int32Array(FIRST_CAPACITY * 2);
  #count = 0;

  /** Starts a run at the sample that is read next, after a family's last one (0: it is the first). */
  start(last: number, sample: number): number {
    const run = ++this.#count;
    // One more than there are marks the end.
    if (2 * run + 2 >= this.#runs.length) this.#runs = grown(this.#runs, 2 * this.#runs.length);
    this.#runs[2 * run] = sample;
    if (last !== 0) this.#runs[2 * last + 1] = run;
    return run;
  }

  /** Ends the last run: there are so many samples. */
  finish(samples: number): void {
    this.#runs[2 * (this.#count + 1)] = samples;
  }

  /** How many samples the family has whose first run this is. */
  count(first: number): number {
    let count = 0;
    for (let run = first; run !== 0; run = this.#next(run)) count += this.#length(run);
    return count;
  }

  /** Brings a family's samples together, with copies at the end if they are in several places; returns where they start. */
  gather(first: number, samples: Samples): number {
    if (this.#next(first) === 0) return this.#start(first);
    const start = samples.length;
    for (let run = first; run !== 0; run = this.#next(run)) {
      samples.copy(this.#start(run), this.#start(run) + this.#length(run));
    }
    return start;
  }

  #start(run: number): number {
    return this.#runs[2 * run]!;
  }

  #next(run: number): number {
    return this.#runs[2 * run + 1]!;
  }

  #length(run: number): number {
    return this.#start(run + 1) - this.#start(run);
  }
}
