import type { MetricFamily, MetricType } from "../openmetrics/types.ts";
import type { Pattern } from "../patterns/types.ts";
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
    for (let i = 0; i < family.length; i++) {
      let result = memory !== undefined && blocks !== undefined ? memory.recall(blocks, i) : undefined;
      if (result === undefined) {
        isNew = true;
        result = this.#of(family, i, known);
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
      if (++this.#count > MAX_REMEMBERED) this.forget();
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
    const labels = new Map<string, string>();
    for (let i = 0; i + 1 < pairs.length; i += 2) labels.set(pairs[i] ?? "", pairs[i + 1] ?? "");
    this.#sharing?.populate(labels);
    const problem = normalize(labels, type);
    if (problem !== undefined) return { problem };
    const { exclude, include, rename, excludeSamples, staticTags } = this.#rules;
    const tags: string[] = [];
    let dropped = "";
    for (const [name, value] of labels) {
      const excluder = excludeSamples.get(name);
      if (excluder !== undefined && (excluder === true || excluder.matches(value))) return "excluded";
      if (exclude.has(name) || (include.size > 0 && !include.has(name))) dropped += `${name}\n${value}\n`;
      else tags.push(`${rename.get(name) ?? name}:${value}`);
    }
    for (const tag of staticTags) tags.push(tag);
    return { tags, hostname: this.#hostname(labels), labels, dropped };
  }

  #hostname(labels: ReadonlyMap<string, string>): string | undefined {
    const { hostnameLabel, hostnameFormat } = this.#rules;
    const value = hostnameLabel === "" ? undefined : labels.get(hostnameLabel);
    if (value === undefined || hostnameFormat === "") return value;
    return hostnameFormat.replace("<HOSTNAME>", () => value);
  }
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
