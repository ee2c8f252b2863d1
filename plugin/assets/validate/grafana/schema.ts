import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));
const whole = v.pipe(v.number(), v.integer("a whole number"), v.minValue(0, "a number that is not negative"));
const positive = v.pipe(whole, v.minValue(1, "at least 1"));

/** Which Prometheus is asked is chosen above the dashboard: another address is somebody's own. */
const datasource = v.strictObject({ type: v.literal("prometheus"), uid: v.literal("${datasource}") });
const gridPos = v.strictObject({ x: whole, y: whole, w: positive, h: positive });

const target = v.strictObject({
  refId: v.pipe(v.string(), v.regex(/^[A-Z]$/, "a capital letter")),
  expr: text,
  instant: v.boolean(),
  range: v.boolean(),
  format: v.picklist(["time_series", "table", "heatmap"]),
  legendFormat: v.string(),
  editorMode: v.picklist(["code", "builder"]),
  datasource,
});

/** Those that our values have; Grafana shows others as plain numbers, without a word. */
const unit = v.picklist(["short", "percent", "percentunit", "reqps", "µs", "ms", "s", "bytes", "mbytes", "gbytes"]);

const steps = v.pipe(
  v.array(v.strictObject({ value: v.nullable(v.number()), color: text })),
  v.minLength(1, "at least one"),
);
const defaults = v.strictObject({
  color: v.optional(v.looseObject({ mode: text })),
  custom: v.optional(v.record(v.string(), v.unknown())),
  decimals: v.optional(whole),
  mappings: v.array(v.looseObject({ type: v.picklist(["value", "special", "range", "regex"]) })),
  max: v.optional(v.number()),
  min: v.optional(v.number()),
  noValue: v.optional(v.string()),
  thresholds: v.optional(v.strictObject({ mode: v.picklist(["absolute", "percentage"]), steps })),
  unit: v.optional(unit),
});
const overrides = v.array(v.strictObject({
  matcher: v.strictObject({ id: v.picklist(["byName", "byFrameRefID", "byRegexp", "byType"]), options: text }),
  properties: v.array(v.strictObject({ id: text, value: v.unknown() })),
}));

function options<const Key extends string>(keys: readonly Key[]) {
  return v.strictObject(Object.fromEntries(keys.map((key) => [key, v.optional(v.unknown())])));
}

function panel<const Type extends string>(type: Type, keys: readonly string[]) {
  return v.strictObject({
    id: positive,
    gridPos,
    type: v.literal(type),
    title: text,
    description: text,
    datasource,
    pluginVersion: text,
    targets: v.pipe(v.array(target), v.minLength(1, "at least one")),
    fieldConfig: v.strictObject({ defaults, overrides }),
    options: options(keys),
    transformations: v.optional(v.array(v.strictObject({
      id: v.picklist(["organize", "merge", "limit", "sortBy", "filterByValue", "labelsToFields"]),
      options: v.record(v.string(), v.unknown()),
    }))),
  });
}

const row = v.strictObject({
  id: positive,
  gridPos,
  type: v.literal("row"),
  title: text,
  collapsed: v.literal(false),
  panels: v.array(v.unknown()),
});

const note = v.strictObject({
  id: positive,
  gridPos,
  type: v.literal("text"),
  title: v.string(),
  transparent: v.boolean(),
  options: v.strictObject({ mode: v.picklist(["markdown", "html", "code"]), content: text }),
});

const reduced = ["reduceOptions", "orientation"];

/** A panel of the kinds that ours are of. */
const panelSchema = v.variant("type", [
  row,
  note,
  panel("stat", [
    ...reduced,
    ...[
      "justifyMode",
      "wideLayout",
      "showPercentChange",
      "percentChangeColorMode",
      "colorMode",
      "graphMode",
      "textMode",
    ],
  ]),
  panel("bargauge", [
    ...reduced,
    ...[
      "displayMode",
      "legend",
      "maxVizHeight",
      "minVizHeight",
      "minVizWidth",
      "namePlacement",
      "showUnfilled",
      "sizing",
    ],
    "valueMode",
  ]),
  panel("table", ["cellHeight", "footer", "frameIndex", "showHeader", "sortBy"]),
  panel("timeseries", ["legend", "tooltip"]),
]);

const variable = v.variant("type", [
  v.looseObject({ type: v.literal("datasource"), name: text, query: v.literal("prometheus") }),
  v.looseObject({
    type: v.literal("query"),
    name: text,
    datasource,
    definition: text,
    query: v.strictObject({ query: text, refId: text }),
    allValue: v.optional(v.literal(".*")),
    includeAll: v.boolean(),
    multi: v.boolean(),
  }),
]);

/** Grafana's own has a number; others ask Prometheus. */
const annotation = v.looseObject({
  name: text,
  builtIn: v.optional(v.literal(1)),
  expr: v.optional(text),
  datasource: v.strictObject({ type: text, uid: text }),
});

/** A dashboard for Grafana as far as its parts can be wrong without Grafana's saying so. */
export const grafanaSchema = v.strictObject({
  uid: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,40}$/, "at most 40 letters, digits, - and _")),
  title: text,
  description: text,
  tags: v.array(text),
  editable: v.boolean(),
  graphTooltip: v.picklist([0, 1, 2]),
  refresh: v.pipe(v.string(), v.regex(/^$|^\d+[smh]$/, "a length of time, as 30s")),
  time: v.strictObject({ from: text, to: text }),
  timezone: v.picklist(["browser", "utc", ""]),
  schemaVersion: positive,
  annotations: v.strictObject({ list: v.array(annotation) }),
  links: v.array(v.looseObject({ title: text, type: v.picklist(["dashboards", "link"]) })),
  templating: v.strictObject({ list: v.array(variable) }),
  panels: v.pipe(v.array(panelSchema), v.minLength(1, "at least one")),
});

export type GrafanaJson = v.InferOutput<typeof grafanaSchema>;
export type PanelJson = GrafanaJson["panels"][number];
