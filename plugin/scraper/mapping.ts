import type { MetricType } from "../openmetrics/mod.ts";
import { compilePattern, escapesToItself, type Pattern } from "../patterns/mod.ts";
import { byExposedName } from "./exposed_names.ts";
import type { MetricConfig, MetricItem } from "./options.ts";
import { isCollected, leavesType, namedTransformer, nativeTransformer } from "./transformers/compile.ts";
import type { HistogramOptions, Transformer } from "./transformers/transformer.ts";

/**
 * The type that takes a family for what it says it is, at each scrape; `native_dynamic` is the same here (in the Agent
 * `native` stays with the type that a family had first).
 */
export const NATIVE = "native";

/** How many names that patterns decided are remembered. */
const MAX_DECIDED = 10_000;

/** How one exposed name, or all that match a pattern, are submitted. */
interface Entry {
  readonly name: string;
  readonly type: string;
  readonly config: MetricConfig;
}

/** A compiled entry: a transformer, or the name to which the transformer of a family's own type is bound. */
type Compiled =
  & { readonly type: string }
  & ({ readonly transformer: Transformer } | { readonly name: string });

/**
 * Which families are submitted, under which names and as what (datadog-checks-base 38.7.0,
 * `openmetrics/v2/transform.py`): exact names first, then patterns in the order of the file.
 */
export class MetricMapping {
  readonly #exact: Map<string, Compiled>;
  readonly #patterns: readonly { readonly pattern: Pattern; readonly entry: Entry }[];
  /** Names that a pattern decided, when wildcards are cached (`cache_metric_wildcards`). */
  readonly #decided = new Map<string, Compiled>();
  readonly #histograms: HistogramOptions;
  readonly #cacheWildcards: boolean;

  private constructor(
    exact: Map<string, Compiled>,
    patterns: readonly { readonly pattern: Pattern; readonly entry: Entry }[],
    histograms: HistogramOptions,
    cacheWildcards: boolean,
  ) {
    this.#exact = exact;
    this.#patterns = patterns;
    this.#histograms = histograms;
    this.#cacheWildcards = cacheWildcards;
  }

  /**
   * @param items of `metrics` and `extra_metrics`, the later ones stronger
   * @throws {PatternError} for a name that is a bad pattern
   */
  static async compile(
    items: readonly MetricItem[],
    histograms: HistogramOptions,
    cacheWildcards: boolean,
  ): Promise<MetricMapping> {
    const exact = new Map<string, Compiled>();
    const patterns = [];
    for (const [exposed, entry] of entries(items)) {
      if (escapesToItself(exposed)) exact.set(exposed, compileEntry(entry, entry.name, histograms));
      else patterns.push({ pattern: await compilePattern(exposed), entry });
    }
    return new MetricMapping(exact, patterns, histograms, cacheWildcards);
  }

  /**
   * The transformer for a family; `undefined` where it is not to be submitted. An entry for the name that the page shows
   * (`requests_total` of a counter) is stronger than one for the family's name (`requests`).
   *
   * @param name of the family, without `raw_metric_prefix`
   */
  get(name: string, type: MetricType): Transformer | undefined {
    const compiled = byExposedName(this.#exact, name, type) ?? this.#decided.get(name) ?? this.#byPattern(name);
    if (compiled === undefined) return undefined;
    return "transformer" in compiled ? compiled.transformer : nativeTransformer(type, compiled.name, this.#histograms);
  }

  /** Whether {@linkcode get} has a transformer for a family; none is made. */
  has(name: string, type: MetricType): boolean {
    const compiled = byExposedName(this.#exact, name, type) ?? this.#decided.get(name);
    if (compiled !== undefined) return "transformer" in compiled || isCollected(type);
    const match = this.#patterns.find(({ pattern }) => pattern.matches(name));
    return match !== undefined && (!leavesType(match.entry.config) || isCollected(type));
  }

  /**
   * The type that is configured for a family's name, with or without `_total`; `undefined` where it is not collected.
   * Nothing is remembered: a log may name anything.
   */
  typeOf(name: string): string | undefined {
    const base = name.endsWith("_total") ? name.slice(0, -"_total".length) : name;
    const exact = this.#exact.get(`${base}_total`) ?? this.#exact.get(base);
    if (exact !== undefined) return exact.type;
    return this.#patterns.find(({ pattern }) => pattern.matches(base) || pattern.matches(name))?.entry.type;
  }

  #byPattern(name: string): Compiled | undefined {
    const match = this.#patterns.find(({ pattern }) => pattern.matches(name));
    if (match === undefined) return undefined;
    const compiled = compileEntry(match.entry, name, this.#histograms);
    if (this.#cacheWildcards && this.#decided.size < MAX_DECIDED) this.#decided.set(name, compiled);
    return compiled;
  }
}

/** By exposed name; a later item replaces an earlier one and keeps its place, as in a Python dictionary. */
function entries(items: readonly MetricItem[]): Map<string, Entry> {
  const all = new Map<string, Entry>();
  for (const item of items) {
    if (typeof item === "string") {
      all.set(item, { name: item, type: NATIVE, config: {} });
      continue;
    }
    for (const [exposed, target] of Object.entries(item)) {
      if (typeof target === "string") all.set(exposed, { name: target, type: NATIVE, config: {} });
      else all.set(exposed, { name: target.name ?? exposed, type: target.type ?? NATIVE, config: target });
    }
  }
  return all;
}

function compileEntry({ type, config }: Entry, name: string, histograms: HistogramOptions): Compiled {
  const transformer = namedTransformer(name, config, histograms);
  return transformer === undefined ? { type, name } : { type, transformer };
}
