import type { MetricFamily, MetricType } from "../openmetrics/mod.ts";
import { clip } from "../text/mod.ts";
import { BoundTexts } from "./bounds.ts";
import { FamilyLabels, type LabelReader } from "./family_labels.ts";
import { LabelMemory } from "./label_memory.ts";
import { LabelPlans, type LabelShape, lose, repeats } from "./label_plans.ts";
import type { LabelResult, LabelRules, LabelSet } from "./label_set.ts";
import type { LabelSharing } from "./share_labels.ts";

/** How many label sets, and results by place, are remembered for the next scrape. */
const MAX_REMEMBERED = 200_000;
/** Of a bound that is no number, a message shows so many characters. */
const SHOWN = 40;
/** What a label set takes beside its tags, and what a tag takes beside its characters, in bytes (Bun). */
const SET_BYTES = 200;
const TAG_BYTES = 100;
/** The labels that bound the samples of a family: as the target names them, and as tags have them. */
const BOUNDS: ReadonlyMap<MetricType, readonly string[]> = new Map([
  ["histogram", ["le", "upper_bound"]],
  ["summary", ["quantile"]],
]);
/** In a smaller family looking up is as fast as comparing. */
const FEW = 16;

/**
 * Turns label sets into tags (datadog-checks-base 38.7.0, `openmetrics/v2/scraper`, `generate_sample_data`), and
 * remembers them: most label sets of a target are the same from family to family and from scrape to scrape.
 */
export class Labeller implements LabelReader {
  readonly #rules: LabelRules;
  readonly #sharing: LabelSharing | undefined;
  readonly #bounds = new BoundTexts();
  /** By kind of family, then by the text between the braces (bench: scrape "large", one-shot). */
  readonly #byText = new Map<string, Map<string, LabelResult>>();
  /** By family (bench: scrape "large", connected). */
  readonly #byPlace = new Map<string, LabelMemory<LabelResult>>();
  readonly #plans: LabelPlans;
  readonly #series = new Map<string, number>();
  /** The last label set without its bound, and its number: the buckets of a set mostly stand together. */
  #lastSeriesLabels: readonly string[] = [];
  #lastSeries: number | undefined;
  #count = 0;
  #placed = 0;
  #made = 0;
  /** {@linkcode LabelMemory.isAwaited} of families that are new. */
  #isAwaited = false;

  constructor(rules: LabelRules, sharing: LabelSharing | undefined) {
    this.#rules = rules;
    this.#plans = new LabelPlans(rules);
    this.#sharing = sharing;
  }

  /**
   * Says that a page begins: what is remembered stays the same until its end.
   *
   * @param isAwaited a further page will come: what is remembered by place is so from the first one on
   */
  startPage(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
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
      ? entry(this.#byPlace, `${kind} ${family.name}`, () => new LabelMemory<LabelResult>(this.#isAwaited))
      : undefined;
    return new FamilyLabels(this, family, entry(this.#byText, kind, () => new Map<string, LabelResult>()), memory);
  }

  /**
   * What all buckets of a label set have in common.
   *
   * @param pairs of one of them, as {@linkcode MetricFamily.labels}
   */
  seriesOf(pairs: readonly string[]): number {
    const labels = this.#own(pairs, "histogram").slice();
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
    if (this.#sharing === undefined && type !== "histogram" && type !== "summary") {
      const shape = this.#plans.shapeOf(pairs);
      if (shape.isPlain) return this.#readPlain(pairs, shape);
    }
    const own = this.#own(pairs, type);
    const boundAt = type === "histogram"
      ? indexOfName(own, "le")
      : type === "summary"
      ? indexOfName(own, "quantile")
      : -1;
    const result = boundAt === -1 ? this.#readOwn(own, -1, undefined) : this.#readBound(own, boundAt, type);
    if (result !== "excluded" && result.tags !== undefined) this.#made += result.size;
    return result;
  }

  /** Of labels that become tags or are dropped, and nothing else. */
  #readPlain(pairs: readonly string[], { plans, lost: always }: LabelShape): LabelSet {
    const tags: string[] = [];
    let lost = always ?? "";
    let size = SET_BYTES;
    for (let i = 0; i < plans.length; i++) {
      const plan = plans[i]!;
      const value = pairs[2 * i + 1]!;
      if (!plan.dropped) {
        const tag = plan.prefix + value;
        tags.push(tag);
        size += TAG_BYTES + tag.length;
      }
      if (always === undefined) {
        if (plan.dropped) lost = lose(plan, lost, value);
        else if (plan.renamed) lost = lose(plan, lost, undefined);
      }
    }
    for (const tag of this.#rules.staticTags) tags.push(tag);
    size += lost.length;
    this.#made += size;
    return { tags, hostname: undefined, lost, bound: undefined, values: undefined, size };
  }

  /** With the labels that are shared, each name once. What bounds a bucket or a quantile is its own. */
  #own(pairs: readonly string[], type: MetricType): readonly string[] {
    if (this.#sharing === undefined && !repeats(pairs)) return pairs;
    const labels = mapOf(pairs);
    const bounds = (BOUNDS.get(type) ?? []).map((name) => [name, labels.get(name)] as const);
    this.#sharing?.populate(labels);
    for (const [name, value] of bounds) {
      if (value === undefined) labels.delete(name);
      else labels.set(name, value);
    }
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
    const tags: string[] = [];
    const pieces: string[] | undefined = this.#sharing === undefined ? undefined : [];
    let lost = "";
    let size = SET_BYTES;
    let droppedTag: string | undefined;
    let host: string | undefined;
    let values: Map<string, string> | undefined;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const name = pairs[i]!;
      const value = pairs[i + 1]!;
      const plan = this.#plans.of(name);
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
      if (plan.namesHost) host = value;
      if (plan.lookedUp) (values ??= new Map()).set(name, value);
    }
    for (const tag of this.#rules.staticTags) tags.push(tag);
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

  /** A label that says nothing names no host. */
  #hostname(value: string | undefined): string | undefined {
    if (value === undefined || value.trim() === "") return undefined;
    const { hostnameFormat } = this.#rules;
    return hostnameFormat === "" ? value : hostnameFormat.replace("<HOSTNAME>", () => value);
  }
}

function mapOf(pairs: readonly string[]): Map<string, string> {
  const labels = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) labels.set(pairs[i]!, pairs[i + 1]!);
  return labels;
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

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
