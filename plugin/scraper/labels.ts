import type { MetricFamily, MetricType } from "../openmetrics/mod.ts";
import type { Pattern } from "../patterns/mod.ts";
import { LabelMemory } from "./label_memory.ts";
import { canonicalNumber, parseFloatLabel } from "./float.ts";
import type { LabelSharing } from "./share_labels.ts";

/** The labels of one sample, as the options leave them. Shared between samples: nothing in it may be changed. */
export interface LabelSet {
  readonly tags: readonly string[];
  /** The value of `hostname_label`, formatted; `undefined`: the host's own name. */
  readonly hostname: string | undefined;
  /** All labels by name, dropped ones too, after sharing and with the bounds of buckets made canonical. */
  readonly labels: ReadonlyMap<string, string>;
  /** The dropped labels, as text: samples of a family where it differs may collide. */
  readonly dropped: string;
}

/** A sample that is not to be submitted: excluded by its labels, or with a label that cannot be read. */
export type LabelResult = LabelSet | "excluded" | { readonly problem: string };

/** The options that decide what becomes of labels, with their patterns compiled. */
export interface LabelRules {
  readonly staticTags: readonly string[];
  readonly exclude: ReadonlySet<string>;
  /** Empty: all. */
  readonly include: ReadonlySet<string>;
  readonly rename: ReadonlyMap<string, string>;
  /** `true`: whatever the value. */
  readonly excludeSamples: ReadonlyMap<string, true | Pattern>;
  readonly hostnameLabel: string;
  /** Empty: the value as it is; else the text in which `<HOSTNAME>` stands for it. */
  readonly hostnameFormat: string;
}

/** How many label sets are remembered for the next scrape. */
const MAX_REMEMBERED = 200_000;
/** In a smaller family looking up is as fast as comparing. */
const FEW = 16;
/** After so many samples of a family it is known whether looking its labels up by text finds anything. */
const TRIED = 256;
/** Label sets with more labels than this are read in the slow way, which finds repeated names in linear time. */
const MANY_LABELS = 16;

/** What becomes of the labels of one name. */
interface LabelPlan {
  readonly dropped: boolean;
  /** What the tag has before its value. */
  readonly prefix: string;
  readonly excluder: true | Pattern | undefined;
}

/** Labels of a sample that nothing was joined to; their map is made when somebody looks one up. */
class PlainLabels implements LabelSet {
  #labels: ReadonlyMap<string, string> | undefined;

  constructor(
    readonly tags: readonly string[],
    readonly hostname: string | undefined,
    readonly dropped: string,
    readonly pairs: readonly string[],
  ) {}

  get labels(): ReadonlyMap<string, string> {
    return this.#labels ??= mapOf(this.pairs);
  }
}

/**
 * Turns label sets into tags (datadog-checks-base 38.7.0, `openmetrics/v2/scraper`, `generate_sample_data`), and
 * remembers them: most label sets of a target are the same from family to family and from scrape to scrape.
 */
export class Labeller {
  readonly #rules: LabelRules;
  readonly #sharing: LabelSharing | undefined;
  /** By kind of family, then by the text between the braces. */
  readonly #byText = new Map<string, Map<string, LabelResult>>();
  /** By family. */
  readonly #byPlace = new Map<string, LabelMemory<LabelResult>>();
  /** By name; patterns and sets are asked once a name. */
  readonly #plans = new Map<string, LabelPlan>();
  #count = 0;

  constructor(rules: LabelRules, sharing: LabelSharing | undefined) {
    this.#rules = rules;
    this.#sharing = sharing;
  }

  /** The labels of all samples of a family, into `results`. */
  label(family: MetricFamily, results: LabelResult[]): void {
    results.length = family.length;
    const kind = family.type === "histogram" || family.type === "summary" ? family.type : "";
    const known = entry(this.#byText, kind, () => new Map<string, LabelResult>());
    const { blocks } = family;
    const memory = blocks !== undefined && family.length >= FEW
      ? entry(this.#byPlace, `${kind} ${family.name}`, () => new LabelMemory<LabelResult>())
      : undefined;
    let isNew = false;
    let found = 0;
    let looked = 0;
    for (let i = 0; i < family.length; i++) {
      let result = memory !== undefined && blocks !== undefined ? memory.recall(blocks, i) : undefined;
      if (result === undefined) {
        isNew = true;
        // In a family of label sets of its own, looking up and remembering would cost more than reading.
        const lookUp = looked < TRIED || 4 * found > looked;
        const before = this.#count;
        result = lookUp ? this.#of(family, i, known) : this.#read(family.labels(i), family.type);
        if (lookUp) {
          looked++;
          if (this.#count === before) found++;
        }
      }
      results[i] = result;
    }
    if (isNew && memory !== undefined && blocks !== undefined) memory.keep(blocks, results);
  }

  #of(family: MetricFamily, i: number, known: Map<string, LabelResult>): LabelResult {
    const raw = family.rawLabels(i);
    let result = known.get(raw);
    if (result === undefined) {
      result = this.#read(family.labels(i), family.type);
      if (this.#count >= MAX_REMEMBERED) this.forget();
      this.#count++;
      known.set(raw, result);
    }
    return result;
  }

  /** Drops what is remembered: shared labels have changed, or the target names ever new ones. */
  forget(): void {
    for (const sets of this.#byText.values()) sets.clear();
    this.#byPlace.clear();
    this.#count = 0;
  }

  #read(pairs: readonly string[], type: MetricType): LabelResult {
    const isPlain = this.#sharing === undefined && type !== "histogram" && type !== "summary" && !repeats(pairs);
    return isPlain ? this.#readPlain(pairs) : this.#readJoined(mapOf(pairs), type);
  }

  #readPlain(pairs: readonly string[]): LabelResult {
    const tags: string[] = [];
    let dropped = "";
    let host: string | undefined;
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const name = pairs[i] ?? "";
      const value = pairs[i + 1] ?? "";
      const { dropped: isDropped, prefix, excluder } = this.#planOf(name);
      if (excluder !== undefined && (excluder === true || excluder.matches(value))) return "excluded";
      if (isDropped) dropped += `${name}\n${value}\n`;
      else tags.push(prefix + value);
      if (name === this.#rules.hostnameLabel) host = value;
    }
    for (const tag of this.#rules.staticTags) tags.push(tag);
    return new PlainLabels(tags, this.#hostname(host), dropped, pairs);
  }

  #readJoined(labels: Map<string, string>, type: MetricType): LabelResult {
    this.#sharing?.populate(labels);
    const problem = normalize(labels, type);
    if (problem !== undefined) return { problem };
    const tags: string[] = [];
    let dropped = "";
    for (const [name, value] of labels) {
      const { dropped: isDropped, prefix, excluder } = this.#planOf(name);
      if (excluder !== undefined && (excluder === true || excluder.matches(value))) return "excluded";
      if (isDropped) dropped += `${name}\n${value}\n`;
      else tags.push(prefix + value);
    }
    for (const tag of this.#rules.staticTags) tags.push(tag);
    const { hostnameLabel } = this.#rules;
    const host = hostnameLabel === "" ? undefined : labels.get(hostnameLabel);
    return { tags, hostname: this.#hostname(host), labels, dropped };
  }

  #planOf(name: string): LabelPlan {
    let plan = this.#plans.get(name);
    if (plan === undefined) {
      const { exclude, include, rename, excludeSamples } = this.#rules;
      plan = {
        dropped: exclude.has(name) || (include.size > 0 && !include.has(name)),
        prefix: `${rename.get(name) ?? name}:`,
        excluder: excludeSamples.get(name),
      };
      if (this.#plans.size < MAX_REMEMBERED) this.#plans.set(name, plan);
    }
    return plan;
  }

  #hostname(value: string | undefined): string | undefined {
    const { hostnameFormat } = this.#rules;
    if (value === undefined || hostnameFormat === "") return value;
    return hostnameFormat.replace("<HOSTNAME>", () => value);
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

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}

/** Makes bounds canonical: `le` becomes `upper_bound`, at the end; `quantile` keeps its name and place. */
function normalize(labels: Map<string, string>, type: MetricType): string | undefined {
  if (type !== "histogram" && type !== "summary") return undefined;
  const name = type === "histogram" ? "le" : "quantile";
  const text = labels.get(name);
  if (text === undefined) return undefined;
  const value = parseFloatLabel(text);
  if (value === undefined) return `label ${name}: expected a number, got ${JSON.stringify(text)}`;
  if (type === "summary") labels.set(name, canonicalNumber(value));
  else {
    labels.delete(name);
    labels.set("upper_bound", canonicalNumber(value));
  }
  return undefined;
}
