import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile } from "./json_file.ts";
import { Place } from "./place.ts";
import { facetIssue, logSearchIssues, type Searched, variablesIn } from "./searches.ts";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));

const stream = {
  columns: v.pipe(v.array(text), v.minLength(1, "at least one column")),
  show_date_column: v.boolean(),
  show_message_column: v.boolean(),
  message_display: v.picklist(["inline", "expanded-md", "expanded-lg"]),
  show_timeline: v.boolean(),
};
const analytics = {
  aggregations: v.array(
    v.strictObject({ metric: text, type: v.picklist(["count", "cardinality", "sum", "avg", "max"]) }),
  ),
  group_bys: v.array(v.strictObject({ facet: text })),
  limit: v.pipe(v.string(), v.regex(/^[1-9]\d*$/, "a number in quotes")),
  widget: v.picklist(["toplist", "timeseries", "table"]),
};

const schema = v.strictObject({
  name: text,
  type: v.picklist(["logs", "trace", "process", "container"]),
  page: v.picklist(["stream", "analytics", "insights", "patterns", "traces"]),
  query: text,
  timerange: v.strictObject({ interval_ms: v.pipe(v.number(), v.integer(), v.minValue(1, "milliseconds")) }),
  visible_facets: v.pipe(v.array(text), v.minLength(1, "at least one facet")),
  options: v.strictObject(v.entriesFromObjects([v.partial(v.object(stream)), v.partial(v.object(analytics))])),
});

/** The options that a page has to have, and that no other has. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  stream: Object.keys(stream),
  analytics: Object.keys(analytics),
};

/** Holds a saved view against its rules: what it looks at is what the log pipeline finds. */
export function checkSavedView(file: JsonFile, searched: Searched, findings: Findings): void {
  const view = checkSchema(file, schema, findings);
  if (view === undefined) return;
  const place = new Place(file, [], findings);
  if (!view.name.startsWith("TorchServe")) {
    place.add(["name"], `the name ${quoted(view.name)} does not begin with TorchServe`);
  }
  const wanted = OPTIONS[view.page] ?? [];
  for (const key of wanted.filter((one) => !(one in view.options))) {
    place.add(["options"], `${quoted(key)} is missing in the options of a view of the page ${quoted(view.page)}`);
  }
  for (const key of Object.keys(view.options).filter((one) => wanted.length > 0 && !wanted.includes(one))) {
    place.add(["options", key], `a view of the page ${quoted(view.page)} has no option ${quoted(key)}`);
  }
  if (view.type !== "logs") return;
  for (const issue of logSearchIssues(view.query, searched)) place.add(["query"], issue);
  for (const name of variablesIn(view.query)) {
    place.add(["query"], `${quoted(`$${name}`)}: a saved view has no template variables`);
  }
  const facets: [(string | number)[], string][] = [
    ...view.visible_facets.map((facet, i): [(string | number)[], string] => [["visible_facets", i], facet]),
    ...(view.options.columns ?? []).map((
      facet,
      i,
    ): [(string | number)[], string] => [["options", "columns", i], facet]),
    ...(view.options.group_bys ?? []).map(({ facet }, i): [(string | number)[], string] => [
      ["options", "group_bys", i, "facet"],
      facet,
    ]),
  ];
  for (const [path, facet] of facets) {
    const odd = facetIssue(facet, searched);
    if (odd !== undefined) place.add(path, odd);
  }
}
