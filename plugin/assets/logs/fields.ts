import type { LogsAsset } from "./asset.ts";
import { statusOf } from "./processors.ts";
import type { Problem } from "./read.ts";
import { fieldsOf } from "./search/match.ts";
import { parseSearch, SearchError } from "./search/parse.ts";

/** What every log has besides its attributes. */
const RESERVED = ["source", "service", "host", "status"];

/**
 * What processors look at is there: found by a rule, or made by a processor before; and no facet stands twice.
 *
 * @param found attributes that the rules find
 */
export function fieldProblems({ facets, pipeline: { processors } }: LogsAsset, found: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  const attributes = new Set(found);
  const tags = new Set<string>();
  for (const [i, processor] of processors.entries()) {
    const path = ["pipeline", "processors", i];
    if (!processor.enabled) {
      problems.push({
        path: [...path, "enabled"],
        message: "Found false; expected true: a processor that is off does nothing.",
      });
    }
    if (processor.type === "category-processor") {
      processor.categories.forEach(({ name, filter }, j) => {
        const at = [...path, "categories", j];
        if (statusOf(name) === "info" && !name.startsWith("i")) {
          problems.push({ path: [...at, "name"], message: `Found "${name}"; expected a level, as error or warning.` });
        }
        for (const field of fieldsIn(filter.query)) {
          const isThere = field.startsWith("@")
            ? attributes.has(field.slice(1))
            : RESERVED.includes(field) || tags.has(field);
          if (!isThere) problems.push({ path: [...at, "filter", "query"], message: `Found "${field}:"; ${EXPECTED}.` });
        }
      });
      attributes.add(processor.target);
    } else if (processor.type !== "grok-parser") {
      const ofTags = processor.type === "attribute-remapper" && processor.sourceType === "tag";
      processor.sources.forEach((source, j) => {
        if ((ofTags ? tags : attributes).has(source)) return;
        problems.push({ path: [...path, "sources", j], message: `Found "${source}"; ${EXPECTED}.` });
      });
      if (processor.type === "attribute-remapper") {
        (processor.targetType === "tag" ? tags : attributes).add(processor.target);
      }
    }
  }
  facets.forEach(({ path }, i) => {
    if (facets.findIndex((other) => other.path === path) === i) return;
    problems.push({ path: ["facets", i, "path"], message: `Found the facet "${path}" twice.` });
  });
  return problems;
}

const EXPECTED = "expected an attribute that a rule finds";

/** The fields of a search; of one that cannot be read, none. */
function fieldsIn(query: string): string[] {
  try {
    return fieldsOf(parseSearch(query));
  } catch (error) {
    if (error instanceof SearchError) return [];
    throw error;
  }
}
