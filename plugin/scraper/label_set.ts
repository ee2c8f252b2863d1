import type { Pattern } from "../patterns/mod.ts";

/** The bound of a bucket, or the quantile of a summary's sample. */
export interface Bound {
  readonly value: number;
  /** The tag with the bound, where the options drop its label. */
  readonly droppedTag: string | undefined;
  /** The same for all samples whose labels differ in the bound alone; 0 for all where no ranges are asked for. */
  readonly series: number;
}

/** The labels of one sample, as the options leave them. Shared between samples: nothing in it may be changed. */
export interface LabelSet {
  readonly problem?: undefined;
  readonly tags: readonly string[];
  /** The value of `hostname_label`, formatted; `undefined`: the host's own name. */
  readonly hostname: string | undefined;
  /** What the tags do not tell of the labels, as text: samples of a family where it differs may meet in one context. */
  readonly lost: string;
  /** Of a histogram's or a summary's sample that has one. */
  readonly bound: Bound | undefined;
  /** The labels that transformers look up, by name, dropped ones as well. */
  readonly values: ReadonlyMap<string, string> | undefined;
  /** What it takes in memory, and its tags at most in a report: an estimate, in bytes. */
  readonly size: number;
}

/** A sample that is not to be submitted: excluded by its labels, or with a label that cannot be read. */
export type LabelResult = LabelSet | "excluded" | UnreadableLabels;

/** Why labels cannot be read. */
export interface UnreadableLabels {
  readonly problem: string;
  readonly tags?: undefined;
  readonly bound?: undefined;
}

/** The options that decide what becomes of labels, with their patterns compiled. */
export interface LabelRules {
  readonly staticTags: readonly string[];
  readonly exclude: ReadonlySet<string>;
  /** Empty: all. */
  readonly include: ReadonlySet<string>;
  readonly rename: ReadonlyMap<string, string>;
  /** `true`: whatever the value. */
  readonly excludeSamples: ReadonlyMap<string, true | Pattern>;
  /** `undefined`: none. */
  readonly hostnameLabel: string | undefined;
  /** Empty: the value as it is; else the text in which `<HOSTNAME>` stands for it. */
  readonly hostnameFormat: string;
  /** The labels whose values transformers look up. */
  readonly lookedUp: ReadonlySet<string>;
  /** Whether buckets become ranges: only then it is told which of them belong together. */
  readonly ranges: boolean;
}

/** The tags of a bucket or a quantile that tell its bound, also where the options drop the bound's label. */
export function withBoundTag({ tags, bound }: LabelSet): readonly string[] {
  return bound?.droppedTag === undefined ? tags : [...tags, bound.droppedTag];
}
