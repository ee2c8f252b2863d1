import { EVERYWHERE, type MetricQuery, type ScopeTerm } from "../query/mod.ts";
import type { DashboardKnowledge, Variables } from "./knowledge.ts";
import type { Place } from "./place.ts";
import { quoted } from "./by_schema.ts";

/** Where requests to the metrics endpoint name no version, and a probe has none. */
const OFTEN_ABSENT = "model_version";
const CRAWLED = "torchserve.management_api.";

/**
 * The queries of a request look at the same servers and models, and at those that are chosen above: where all their
 * metrics have the tag of a template variable, each is filtered by it.
 */
export function checkScopes(
  place: Place,
  names: readonly string[],
  queries: ReadonlyMap<string, MetricQuery>,
  variables: Variables,
  { metrics }: DashboardKnowledge,
): void {
  const read = names.flatMap((name) => queries.get(name) ?? []);
  const tagsOf = (
    { metric }: MetricQuery,
  ) => [...EVERYWHERE, ...(metrics.get(metric)?.tags ?? []).map((tag) => tag.toLowerCase())];
  if (read.some(({ metric }) => !metrics.has(metric))) return;
  const shared = [...variables].filter(([, tag]) =>
    read.every((query) => tagsOf(query).includes(tag) && (tag !== OFTEN_ABSENT || query.metric.startsWith(CRAWLED)))
  );
  const scopeOf = ({ scope }: MetricQuery) => scope.map(shown).sort().join(",");
  const usual = read[0] === undefined ? "" : scopeOf(read[0]);
  names.forEach((name, i) => {
    const query = queries.get(name);
    if (query === undefined) return;
    const used = query.scope.flatMap((term) => term.kind === "variable" ? [term.name.replace(/\.value$/, "")] : []);
    const forgotten = shared.filter(([variable, tag]) =>
      !used.includes(variable) && !query.scope.some((term) => term.kind === "tag" && term.key === tag)
    );
    for (const [variable] of forgotten) {
      place.add(
        ["queries", i, "query"],
        `${quoted(scoped(query))} is not filtered by $${variable}, whatever is chosen`,
      );
    }
    if (forgotten.length === 0 && scopeOf(query) !== usual) {
      place.add(
        ["queries", i, "query"],
        `${quoted(scoped(query))} is filtered otherwise than the first query, by {${usual}}`,
      );
    }
  });
}

const scoped = ({ metric, scope }: MetricQuery): string => `${metric}{${scope.map(shown).join(",") || "*"}}`;

function shown(term: ScopeTerm): string {
  const text = term.kind === "tag" ? `${term.key}:${term.value}` : `$${term.name}`;
  return term.negated ? `!${text}` : text;
}
