import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile } from "./json_file.ts";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));

const schema = v.strictObject({
  name: text,
  type: v.picklist(["logs", "trace", "process", "container"]),
  page: v.picklist(["stream", "analytics", "insights", "patterns", "traces"]),
  query: text,
  timerange: v.optional(v.strictObject({ interval_ms: v.pipe(v.number(), v.minValue(1, "milliseconds")) })),
  visible_facets: v.optional(v.array(text)),
  options: v.optional(v.record(v.string(), v.unknown())),
});

/** Holds a saved view against its rules. */
export function checkSavedView(file: JsonFile, findings: Findings): void {
  const view = checkSchema(file, schema, findings);
  if (view === undefined || view.type !== "logs" || view.query.split(" ").includes("source:torchserve")) return;
  findings.add(file.path, file.lineOf(["query"]), `${quoted(view.query)} does not look for source:torchserve`);
}
