import type { LabelBlocks, MetricFamily, MetricType } from "../openmetrics/mod.ts";
import type { LabelMemory } from "./label_memory.ts";
import type { LabelResult } from "./label_set.ts";

/** After so many samples of a family it is known whether looking its labels up by text finds anything. */
const ENOUGH = 64;

/** Reads label sets, and remembers what became of them. */
export interface LabelReader {
  /** What becomes of labels that nothing is remembered of. */
  read(pairs: readonly string[], type: MetricType): LabelResult;
  /** Remembers what became of a text, while there is room. */
  remember(known: Map<string, LabelResult>, text: string, result: LabelResult): void;
  /** Remembers what became of the samples of a family, while there is room; it takes the results over. */
  rememberPlaces(memory: LabelMemory<LabelResult>, blocks: LabelBlocks, results: LabelResult[]): void;
}

/** The labels of one family, read in the order of its samples. */
export class FamilyLabels {
  readonly #labeller: LabelReader;
  readonly #family: MetricFamily;
  readonly #blocks: LabelBlocks | undefined;
  readonly #known: Map<string, LabelResult>;
  readonly #memory: LabelMemory<LabelResult> | undefined;
  /** How many samples the memory knows. */
  readonly #remembered: number;
  /** For the memory; absent while all are as it knows them, or where it does not ask for them. */
  #results: LabelResult[] | undefined;
  #found = 0;
  #looked = 0;

  constructor(
    labeller: LabelReader,
    family: MetricFamily,
    known: Map<string, LabelResult>,
    memory: LabelMemory<LabelResult> | undefined,
  ) {
    this.#labeller = labeller;
    this.#family = family;
    this.#blocks = family.blocks;
    this.#known = known;
    this.#memory = memory;
    this.#remembered = memory?.size ?? 0;
    if (memory?.isAwaited === true && this.#remembered === 0) this.#results = [];
  }

  /** Those of the next sample `i`; to be asked for in the order of the samples, without a gap. */
  at(i: number): LabelResult {
    if (i < this.#remembered) {
      const result = this.#memory!.recall(this.#blocks!, i);
      if (result !== undefined) {
        if (this.#results !== undefined) this.#results.push(result);
        return result;
      }
    }
    if (this.#results === undefined && this.#memory?.isAwaited === true) this.#results = this.#memory.first(i);
    const result = this.#read(i);
    if (this.#results !== undefined) this.#results.push(result);
    return result;
  }

  /** Says that no more are asked for: they are remembered. */
  end(): void {
    const memory = this.#memory;
    if (memory === undefined || this.#blocks === undefined) return;
    if (this.#results !== undefined) this.#labeller.rememberPlaces(memory, this.#blocks, this.#results);
    memory.isAwaited = true;
  }

  /** In a family of label sets of its own, looking up and remembering would cost more than reading. */
  #read(i: number): LabelResult {
    return this.#looked >= ENOUGH && 4 * this.#found <= this.#looked ? this.#readAnew(i) : this.#readByText(i);
  }

  #readAnew(i: number): LabelResult {
    return this.#labeller.read(this.#family.labels(i), this.#family.type);
  }

  #readByText(i: number): LabelResult {
    this.#looked++;
    const text = this.#family.rawLabels(i);
    let result = this.#known.get(text);
    if (result !== undefined) this.#found++;
    else {
      result = this.#readAnew(i);
      this.#labeller.remember(this.#known, text, result);
    }
    return result;
  }
}
