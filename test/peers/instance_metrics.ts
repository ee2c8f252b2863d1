import type { Block, Case, FamilyBlock } from "./case.ts";

/** How a list of metrics treats one exposed name. */
export interface Treatment {
  readonly type: string;
  /** A pattern matched it. */
  readonly wildcard: boolean;
  readonly label: string | undefined;
}

type Entry = readonly [exposed: string, config: Readonly<Record<string, unknown>>];

/** The entries of `metrics` and `extra_metrics`, later ones stronger. */
export function metricEntries({ instance }: Case): Entry[] {
  const lists = [instance.metrics, instance.extra_metrics].flatMap((list) => Array.isArray(list) ? list : []);
  const entries = new Map<string, Readonly<Record<string, unknown>>>();
  for (const item of lists) {
    if (typeof item === "string") entries.set(item, {});
    else {
      for (const [exposed, config] of Object.entries(item ?? {})) {
        entries.set(exposed, typeof config === "object" && config !== null ? { ...config } : {});
      }
    }
  }
  return [...entries];
}

const isWildcard = (exposed: string) => !/^\w+$/.test(exposed);

/** What the instance's own entries say of a family; the catalogue's say `native`. */
export function treatment(made: Case, family: string): Treatment {
  const entries = metricEntries(made);
  const match = entries.find(([exposed]) => exposed === family) ??
    entries.find(([exposed]) => isWildcard(exposed) && matches(exposed, family)) ??
    entries.find(([exposed]) => exposed === `${family}_total`);
  if (match === undefined) return { type: "native", wildcard: false, label: undefined };
  const [exposed, { type = "native", label }] = match;
  return {
    type: String(type),
    wildcard: isWildcard(exposed),
    label: typeof label === "string" ? label : undefined,
  };
}

/** The generator's patterns mean the same in both languages, but for the flags in front. */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replace(/^\(\?i\)/, "");
  return new RegExp(source, source === pattern ? "" : "i").test(name);
}

/** The name that a family has for the options: no prefix, no `_total` of a counter. */
export function familyName({ instance }: Case, { name, type }: Pick<FamilyBlock, "name" | "type">): string {
  const prefix = typeof instance.raw_metric_prefix === "string" ? instance.raw_metric_prefix : "";
  const bare = type === "counter" && name.endsWith("_total") ? name.slice(0, -"_total".length) : name;
  return bare.startsWith(prefix) ? bare.slice(prefix.length) : bare;
}

/** A case with other blocks in its payloads. */
export function mapBlocks(made: Case, change: (block: Block) => readonly Block[]): Case {
  return {
    ...made,
    scrapes: made.scrapes.map((scrape) =>
      scrape.kind === "answer" ? { ...scrape, blocks: scrape.blocks.flatMap(change) } : scrape
    ),
  };
}

/** A case with other families in its payloads. */
export function mapFamilies(made: Case, change: (family: FamilyBlock) => FamilyBlock | undefined): Case {
  return mapBlocks(made, (block) => {
    if (block.kind !== "family") return [block];
    const changed = change(block);
    return changed === undefined ? [] : [changed];
  });
}

/** All families of all payloads. */
export function familiesOf({ scrapes }: Case): FamilyBlock[] {
  return scrapes.flatMap((scrape) =>
    scrape.kind === "answer" ? scrape.blocks.flatMap((block) => block.kind === "family" ? [block] : []) : []
  );
}
