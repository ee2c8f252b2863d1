/**
 * Reports as a Prometheus client would expose them: docs/metrics.md has the names. Counts end in `_total`, differences
 * are added up, service checks are gauges of 0 to 3, ranges are classic histograms; events have no place and are left
 * out.
 *
 * @module
 */
import type { Format } from "../format.ts";
import { Notes } from "../notes.ts";
import { exposedFamilies, type Family } from "./families.ts";
import { expositionText, type TextRules } from "./text.ts";

export type { Family } from "./families.ts";
export { exposedName } from "./names.ts";

/** Renders reports in one of the two text formats. */
export function exposition(rules: TextRules): Format["render"] {
  return async (round, options) => {
    const notes = new Notes();
    const { families, state } = await exposedFamilies(round, options, notes);
    const text = expositionText(families, rules, notes);
    return notes.rendered(text, state);
  };
}

/** Families as text. */
export function exposeFamilies(families: readonly Family[], rules: TextRules): string {
  return expositionText(families, rules, new Notes());
}
