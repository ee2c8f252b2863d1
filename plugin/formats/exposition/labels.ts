import { tagPairs, wellFormed } from "../tag_pairs.ts";

/**
 * The labels of a submission as `a="1",b="2"`, sorted by name.
 *
 * @param hostname becomes the label `host`
 */
export function labelsText(tags: readonly string[], hostname: string | undefined): string {
  return labelsOf(tags, hostname, labelName);
}

/** The labels of a histogram, without what says which bucket it is: `le` is the format's own. */
export function histogramLabels(tags: readonly string[], hostname: string | undefined): string {
  return labelsOf(tags.filter((tag) => !/^(?:lower|upper)_bound:/.test(tag)), hostname, (name) => {
    const legal = labelName(name);
    return legal === "le" ? "exported_le" : legal;
  });
}

/** A text as a quoted value may hold it. */
export function escaped(text: string): string {
  return wellFormed(text).replace(/[\\"]/g, "\\$&");
}

function labelsOf(tags: readonly string[], hostname: string | undefined, legal: (name: string) => string): string {
  return tagPairs(tags, hostname, legal).map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
}

/** A label's name: letters, digits and `_`. Those that begin with `__` are Prometheus' own, and get one `_`. */
function labelName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^_{2,}/, "_");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}
