import type { LabelBlocks, MetricFamily, MetricType } from "../openmetrics/mod.ts";
import type { Pattern } from "../patterns/mod.ts";
import { clip } from "../text/mod.ts";
import { BoundTexts } from "./bounds.ts";
import { LabelMemory } from "./label_memory.ts";
import type { LabelSharing } from "./share_labels.ts";

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
interface UnreadableLabels {
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

/** How many label sets, and results by place, are remembered for the next scrape. */
const MAX_REMEMBERED = 200_000;
/** How many names of labels are remembered. */
const MAX_PLANS = 10_000;
/** Of a bound that is no number, a message shows so many characters. */
const SHOWN = 40;
/** What a label set takes beside its tags, and what a tag takes beside its characters, in bytes (Bun). */
const SET_BYTES = 200;
const TAG_BYTES = 100;
/** In a smaller family looking up is as fast as comparing. */
const FEW = 16;
/** After so many samples of a family it is known whether looking its labels up by text finds anything. */
const ENOUGH = 256;
/** A longer text of what is lost is not remembered, in characters. */
const MAX_LOST = 200;
/** Label sets with more labels than this are read in the slow way, which finds repeated names in linear time. */
const MANY_LABELS = 16;

/** What becomes of the labels of one name. */
interface LabelPlan {
  readonly name: string;
  readonly dropped: boolean;
  readonly renamed: boolean;
  /** What the tag has before its value. */
  readonly prefix: string;
  readonly excluder: true | Pattern | undefined;
  /** What was lost last, before this label and with it. */
  lostBefore: string;
  lostValue: string | undefined;
  lostAfter: string;
}

/**
 * Turns label sets into tags (datadog-checks-base 38.7.0, `openmetrics/v2/scraper`, `generate_sample_data`), and
 * remembers them: most label sets of a target are the same from family to family and from scrape to scrape.
 */
export class Labeller {
  readonly #rules: LabelRules;
  readonly #sharing: LabelSharing | undefined;
  readonly #bounds = new BoundTexts();
  /** By kind of family, then by the text between the braces (bench: scrape "large", one-shot). */
  readonly #byText = new Map<string, Map<string, LabelResult>>();
  /** By family (bench: scrape "large", connected). */
  readonly #byPlace = new Map<string, LabelMemory<LabelResult>>();
  /** By name; patterns and sets are asked once a name (bench: scrape "large", one-shot). */
  readonly #plans = new Map<string, LabelPlan>();
  readonly #series = new Map<string, number>();
  /** The last label set without its bound, and its number: the buckets of a set mostly stand together. */
  #lastSeriesLabels: readonly string[] = [];
  #lastSeries: number | undefined;
  #count = 0;
  #placed = 0;
  #made = 0;

  constructor(rules: LabelRules, sharing: LabelSharing | undefined) {
    this.#rules = rules;
    this.#sharing = sharing;
  }

  /** Says that a page begins: what is remembered stays the same until its end. */
  startPage(): void {
    this.#made = 0;
    const most = Math.max(this.#count, this.#placed, this.#series.size, this.#byPlace.size);
    if (most >= MAX_REMEMBERED) this.forget();
  }

  /** The memory that the label sets of this page take, those known before not counted: an estimate, in bytes. */
  get made(): number {
    return this.#made;
  }

  /** The labels of a family, sample by sample. */
  of(family: MetricFamily): FamilyLabels {
    const kind = family.type === "histogram" || family.type === "summary" ? family.type : "";
    const memory = family.blocks !== undefined && family.length >= FEW
      ? entry(this.#byPlace, `${kind} ${family.name}`, () => new LabelMemory<LabelResult>())
      : undefined;
    return new FamilyLabels(this, family, entry(this.#byText, kind, () => new Map<string, LabelResult>()), memory);
  }

  /**
   * What all buckets of a label set have in common.
   *
   * @param pairs of one of them, as {@linkcode MetricFamily.labels}
   */
  seriesOf(pairs: readonly string[]): number {
    const labels = this.#own(pairs).slice();
    const at = indexOfName(labels, "le");
    if (at !== -1) labels.splice(at, 2);
    return this.#seriesOf(labels);
  }

  /** Drops what is remembered: shared labels have changed, or the target names ever new ones. */
  forget(): void {
    this.#byText.clear();
    this.#byPlace.clear();
    this.#series.clear();
    this.#lastSeries = undefined;
    this.#count = 0;
    this.#placed = 0;
  }

  /** Remembers what became of a text, while there is room. */
  remember(known: Map<string, LabelResult>, text: string, result: LabelResult): void {
    if (this.#count >= MAX_REMEMBERED) return;
    this.#count++;
    known.set(text, result);
  }

  /** Remembers what became of the samples of a family, while there is room. */
  rememberPlaces(
    memory: LabelMemory<LabelResult>,
    blocks: NonNullable<MetricFamily["blocks"]>,
    results: LabelResult[],
  ): void {
    const before = memory.size;
    if (this.#placed - before + results.length > MAX_REMEMBERED) return;
    memory.keep(blocks, results);
    this.#placed += memory.size - before;
  }

  /** What becomes of labels that nothing is remembered of. */
  read(pairs: readonly string[], type: MetricType): LabelResult {
    const own = this.#own(pairs);
    const boundAt = type === "histogram"
      ? indexOfName(own, "le")
      : type === "summary"
      ? indexOfName(own, "quantile")
      : -1;
    const result = boundAt === -1 ? this.#readOwn(own, -1, undefined) : this.#readBound(own, boundAt, type);
    if (result !== "excluded" && result.tags !== undefined) this.#made += result.size;
    return result;
  }

  /** With the labels that are shared, each name once. */
  #own(pairs: readonly string[]): readonly string[] {
    if (this.#sharing === undefined && !repeats(pairs)) return pairs;
    const labels = mapOf(pairs);
    this.#sharing?.populate(labels);
    return [...labels].flat();
  }

  /** Makes bounds canonical: `le` becomes `upper_bound`, at the end; `quantile` keeps its name and place. */
  #readBound(pairs: readonly string[], at: number, type: MetricType): LabelResult {
    const text = pairs[at + 1] ?? "";
    const read = this.#bounds.read(text);
    if (read === undefined || (type === "histogram" && Number.isNaN(read.value))) {
      return { problem: `label ${pairs[at] ?? ""}: expected a number, got ${JSON.stringify(clip(text, SHOWN))}` };
    }
    const labels = pairs.slice();
    const { value, canonical } = read;
    if (type === "summary") {
      labels[at + 1] = canonical;
      return this.#readOwn(labels, at, { value, series: 0 });
    }
    labels.splice(at, 2);
    const series = this.#rules.ranges ? this.#seriesOf(labels) : 0;
    let boundAt = indexOfName(labels, "upper_bound");
    if (boundAt === -1) boundAt = labels.push("upper_bound", canonical) - 2;
    else labels[boundAt + 1] = canonical;
    return this.#readOwn(labels, boundAt, { value, series });
  }

  /** @param pairs each name once; the bound's label at `boundAt`, or -1 */
  #readOwn(
    pairs: readonly string[],
    boundAt: number,
    bound: { readonly value: number; readonly series: number } | undefined,
  ): LabelResult {
    const { hostnameLabel, lookedUp, staticTags } = this.#rules;
    const tags: string[] = [];
    const pieces: string[] | undefined = this.#sharing === undefined ? undefined : [];
    const looksUp = lookedUp.size > 0;
    let lost = "";
    let size = SET_BYTES;
    let droppedTag: string | undefined;
    let host: string | undefined;
    let values: Map<string, string> | undefined;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      const plan = this.#planOf(name);
      const { excluder } = plan;
      if (excluder !== undefined && (excluder === true || excluder.matches(value))) return "excluded";
      if (!plan.dropped) {
        const tag = plan.prefix + value;
        tags.push(tag);
        size += TAG_BYTES + tag.length;
        if (plan.renamed) {
          if (pieces === undefined) lost = lose(plan, lost, undefined);
          else pieces.push(`${name}\n`);
        }
      } else if (i === boundAt) droppedTag = plan.prefix + value;
      else if (pieces === undefined) lost = lose(plan, lost, value);
      else pieces.push(`${name}\n${value}\n`);
      if (name === hostnameLabel) host = value;
      if (looksUp && lookedUp.has(name)) (values ??= new Map()).set(name, value);
    }
    for (const tag of staticTags) tags.push(tag);
    // Shared labels stand in another order where a sample has some of them itself.
    if (pieces !== undefined) lost = pieces.sort().join("");
    return {
      tags,
      hostname: this.#hostname(host),
      lost,
      bound: bound === undefined ? undefined : { value: bound.value, droppedTag, series: bound.series },
      values,
      size: size + lost.length,
    };
  }

  /** @param pairs without the bound */
  #seriesOf(pairs: readonly string[]): number {
    const last = this.#lastSeriesLabels;
    if (this.#lastSeries !== undefined && areEqual(last, pairs)) return this.#lastSeries;
    const parts: string[] = [];
    for (let i = 0; i + 1 < pairs.length; i += 2) parts.push(`${pairs[i]}\n${pairs[i + 1]}`);
    const key = (parts.length > 1 ? parts.sort() : parts).join("\n\n");
    this.#lastSeriesLabels = pairs.slice();
    return this.#lastSeries = entry(this.#series, key, () => this.#series.size);
  }

  #planOf(name: string): LabelPlan {
    let plan = this.#plans.get(name);
    if (plan === undefined) {
      const { exclude, include, rename, excludeSamples } = this.#rules;
      const newName = rename.get(name) ?? name;
      plan = {
        dropped: exclude.has(name) || (include.size > 0 && !include.has(name)),
        renamed: newName !== name,
        prefix: `${newName}:`,
        excluder: excludeSamples.get(name),
        name,
        lostBefore: "",
        lostValue: undefined,
        lostAfter: "",
      };
      if (this.#plans.size < MAX_PLANS) this.#plans.set(name, plan);
    }
    return plan;
  }

  /** A label that says nothing names no host. */
  #hostname(value: string | undefined): string | undefined {
    if (value === undefined || value.trim() === "") return undefined;
    const { hostnameFormat } = this.#rules;
    return hostnameFormat === "" ? value : hostnameFormat.replace("<HOSTNAME>", () => value);
  }
}

/** The labels of one family, read in the order of its samples. */
export class FamilyLabels {
  readonly #labeller: Labeller;
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
    labeller: Labeller,
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

  #read(i: number): LabelResult {
    const family = this.#family;
    // In a family of label sets of its own, looking up and remembering would cost more than reading.
    if (this.#looked >= ENOUGH && 4 * this.#found <= this.#looked) {
      return this.#labeller.read(family.labels(i), family.type);
    }
    this.#looked++;
    const text = family.rawLabels(i);
    let result = this.#known.get(text);
    if (result !== undefined) this.#found++;
    else {
      result = this.#labeller.read(family.labels(i), family.type);
      this.#labeller.remember(this.#known, text, result);
    }
    return result;
  }
}

function mapOf(pairs: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) labels.set(pairs[i] ?? "", pairs[i + 1] ?? "");
  return labels;
}

/** Whether a name may come twice: the last one counts then, at the first one's place. */
function repeats(pairs: readonly string[]): boolean {
  if (pairs.length > 2 * MANY_LABELS) return true;
  for (let i = 2; i < pairs.length; i += 2) {
    for (let k = 0; k < i; k += 2) if (pairs[k] === pairs[i]) return true;
  }
  return false;
}

/** The index of a name in names and values in turn; -1 where it is not there. */
function indexOfName(pairs: readonly string[], name: string): number {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return i;
  return -1;
}

function areEqual(texts: readonly string[], others: readonly string[]): boolean {
  if (texts.length !== others.length) return false;
  for (let i = texts.length - 1; i >= 0; i--) if (texts[i] !== others[i]) return false;
  return true;
}

/**
 * What is lost with a label, too. Label sets in a row mostly lose the same: they share the text, which takes no memory
 * then, nor time to compare.
 *
 * @param value of a label that is dropped
 */
function lose(plan: LabelPlan, before: string, value: string | undefined): string {
  if (plan.lostAfter !== "" && plan.lostBefore === before && plan.lostValue === value) return plan.lostAfter;
  const after = value === undefined ? `${before}${plan.name}\n` : `${before}${plan.name}\n${value}\n`;
  if (after.length > MAX_LOST) return after;
  plan.lostBefore = before;
  plan.lostValue = value;
  return plan.lostAfter = after;
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}

/** The tags of a bucket or a quantile that tell its bound, also where the options drop the bound's label. */
export function withBoundTag({ tags, bound }: LabelSet): readonly string[] {
  return bound?.droppedTag === undefined ? tags : [...tags, bound.droppedTag];
}
