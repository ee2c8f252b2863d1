import * as v from "valibot";

/**
 * The shape of a log pipeline of an integration (`assets/logs/NAME.yaml`) and of its tests (`NAME_tests.yaml`), as far as
 * ours use it: names that are not here are mistakes.
 */

const name = () => v.pipe(v.string("a text"), v.nonEmpty("a text"));
const names = () => v.pipe(v.array(name(), "a list of texts"), v.nonEmpty("a list with a text"));
const yes = () => v.boolean("true or false");
const query = () => v.strictObject({ query: v.string("a log search") }, "a mapping with query");
const place = () => v.picklist(["attribute", "tag"], "attribute or tag");

function processor<const T extends string, E extends v.ObjectEntries>(type: T, entries: E) {
  return v.strictObject({ type: v.literal(type), name: name(), enabled: yes(), ...entries }, `a ${type}`);
}

const grokParser = processor("grok-parser", {
  source: name(),
  samples: v.pipe(v.array(v.pipe(v.string(), v.maxLength(5_000))), v.maxLength(5, "at most 5 samples")),
  grok: v.strictObject({ supportRules: v.string("rules"), matchRules: name() }, "supportRules and matchRules"),
});

const categoryProcessor = processor("category-processor", {
  target: name(),
  categories: v.array(v.strictObject({ name: name(), filter: query() }), "a list of categories"),
});

const attributeRemapper = processor("attribute-remapper", {
  sources: names(),
  sourceType: place(),
  target: name(),
  targetType: place(),
  preserveSource: yes(),
  overrideOnConflict: yes(),
});

/** A processor of a type that ours use. */
export const processorSchema = v.variant("type", [
  grokParser,
  categoryProcessor,
  attributeRemapper,
  processor("date-remapper", { sources: names() }),
  processor("message-remapper", { sources: names() }),
  processor("status-remapper", { sources: names() }),
], "a processor of a known type");

const processors = v.array(processorSchema, "a list of processors");

const facet = v.strictObject({
  groups: names(),
  name: name(),
  path: name(),
  source: v.picklist(["log", "tag"], "log or tag"),
  type: v.optional(v.picklist(["string", "double", "integer"], "string, double or integer")),
  facetType: v.optional(v.picklist(["list", "range"], "list or range")),
  unit: v.optional(v.strictObject({ family: name(), name: name() }, "family and name")),
}, "a facet");

/** The file with the pipeline. */
export const logsAsset = v.strictObject({
  id: name(),
  metric_id: name(),
  backend_only: yes(),
  facets: v.array(facet, "a list of facets"),
  pipeline: v.strictObject({
    type: v.literal("pipeline", "pipeline"),
    name: name(),
    enabled: yes(),
    filter: query(),
    processors,
  }, "a pipeline"),
}, "a mapping with id and pipeline");

const attributes = v.record(v.string(), v.unknown(), "a mapping of attributes");

/** The file with lines and what the pipeline makes of them. */
export const logTests = v.strictObject({
  id: name(),
  tests: v.array(
    v.strictObject({
      sample: v.string("a line"),
      result: v.strictObject({
        custom: attributes,
        message: v.string("a text"),
        status: name(),
        tags: v.array(v.string(), "a list of tags"),
        timestamp: v.optional(v.number("milliseconds since the epoch")),
      }, "a mapping with custom, message, status and tags"),
    }, "a sample and its result"),
    "a list of samples",
  ),
}, "a mapping with id and tests");

export type LogsAsset = v.InferOutput<typeof logsAsset>;
export type LogTests = v.InferOutput<typeof logTests>;
export type Pipeline = LogsAsset["pipeline"];
export type Processor = Pipeline["processors"][number];
export type GrokParser = Extract<Processor, { type: "grok-parser" }>;
