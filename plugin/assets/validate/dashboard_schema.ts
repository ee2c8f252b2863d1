import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));
const plain = v.pipe(text, v.regex(/^[^<>]*$/, "a text without HTML"));
/** A number in quotes, as an axis has it. */
const bound = v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/, "a number in quotes"));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0, "a number that is not negative"));

/** A list with something in it. */
function atLeastOne<const Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.minLength(1, "at least one"));
}

/** A list of one. */
function exactlyOne<const Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.length(1, "exactly one"));
}

const layout = v.strictObject({
  x: whole,
  y: whole,
  width: v.pipe(whole, v.minValue(1, "at least 1")),
  height: v.pipe(whole, v.minValue(1, "at least 1")),
});

/** What every widget but a note has. */
const titled = { title: plain, title_size: v.literal("16"), title_align: v.literal("left"), description: text };

/** All of them, where any has to be named. */
const indexes = v.array(v.literal("*"));

/** What a column of log lines shows: a part of each line, or an attribute. */
const field = v.union([
  v.picklist(["status_line", "timestamp", "host", "service", "content"]),
  v.pipe(v.string(), v.startsWith("@", "an attribute as @http.method")),
]);

const aggregator = v.picklist(["avg", "last", "max", "min", "sum"]);
const metricQuery = { data_source: v.literal("metrics"), name: text, query: text };
const logQuery = v.strictObject({
  data_source: v.literal("logs"),
  name: text,
  search: v.strictObject({ query: text }),
  indexes,
  compute: v.strictObject({ aggregation: v.literal("count") }),
  group_by: v.array(v.strictObject({
    facet: text,
    limit: whole,
    sort: v.strictObject({ aggregation: v.literal("count"), order: v.picklist(["asc", "desc"]) }),
  })),
});
/** A value of a range needs to know how its points become one. */
const scalarQueries = atLeastOne(
  v.variant("data_source", [v.strictObject({ ...metricQuery, aggregator }), logQuery]),
);
const seriesQueries = atLeastOne(v.variant("data_source", [v.strictObject(metricQuery), logQuery]));

const palette = v.picklist(["white_on_green", "white_on_yellow", "white_on_red", "white_on_gray"]);
const conditionalFormats = v.optional(v.array(v.strictObject({
  comparator: v.picklist([">", ">=", "<", "<="]),
  value: v.number(),
  palette,
})));
const formula = {
  formula: text,
  alias: v.optional(plain),
  number_format: v.optional(v.strictObject({
    unit: v.strictObject({ type: v.literal("canonical_unit"), unit_name: text }),
  })),
};
const order = v.picklist(["asc", "desc"]);
const sort = v.strictObject({
  count: whole,
  order_by: atLeastOne(v.variant("type", [
    v.strictObject({ type: v.literal("formula"), index: whole, order }),
    v.strictObject({ type: v.literal("group"), name: text, order }),
  ])),
});

const checkStatus = v.strictObject({
  type: v.literal("check_status"),
  ...titled,
  check: text,
  grouping: v.picklist(["cluster", "check"]),
  group_by: atLeastOne(text),
  tags: v.array(text),
});

const queryValue = v.strictObject({
  type: v.literal("query_value"),
  ...titled,
  autoscale: v.boolean(),
  precision: whole,
  requests: exactlyOne(v.strictObject({
    response_format: v.literal("scalar"),
    queries: scalarQueries,
    formulas: atLeastOne(v.strictObject(formula)),
    conditional_formats: conditionalFormats,
  })),
  timeseries_background: v.optional(v.strictObject({ type: v.picklist(["area", "bars"]) })),
});

const timeseries = v.strictObject({
  type: v.literal("timeseries"),
  ...titled,
  show_legend: v.boolean(),
  legend_layout: v.optional(v.picklist(["auto", "horizontal", "vertical"])),
  legend_columns: v.optional(v.array(v.picklist(["avg", "max", "min", "sum", "value"]))),
  requests: atLeastOne(v.strictObject({
    response_format: v.literal("timeseries"),
    queries: seriesQueries,
    formulas: atLeastOne(v.strictObject({
      ...formula,
      style: v.optional(v.strictObject({
        palette: v.picklist(["semantic", "warm", "cool", "dog_classic", "gray", "green", "yellow", "red"]),
      })),
    })),
    display_type: v.picklist(["line", "area", "bars"]),
    style: v.strictObject({
      palette: v.picklist(["dog_classic", "semantic"]),
      line_type: v.optional(v.picklist(["solid", "dashed", "dotted"])),
      line_width: v.optional(v.picklist(["thin", "normal", "thick"])),
    }),
  })),
  yaxis: v.optional(v.strictObject({ include_zero: v.boolean(), min: bound, max: bound })),
  markers: v.optional(v.array(v.strictObject({
    label: plain,
    value: v.pipe(v.string(), v.regex(/^y = -?\d+(\.\d+)?$/, "y = and a number")),
    display_type: v.picklist(["warning dashed", "error dashed"]),
  }))),
  events: v.optional(v.array(v.strictObject({
    q: v.literal("source:torchserve"),
    tags_execution: v.picklist(["and", "or"]),
  }))),
});

const toplist = v.strictObject({
  type: v.literal("toplist"),
  ...titled,
  requests: exactlyOne(v.strictObject({
    response_format: v.literal("scalar"),
    queries: scalarQueries,
    formulas: atLeastOne(v.strictObject(formula)),
    sort,
    conditional_formats: conditionalFormats,
  })),
});

const queryTable = v.strictObject({
  type: v.literal("query_table"),
  ...titled,
  has_search_bar: v.picklist(["always", "never", "auto"]),
  requests: exactlyOne(v.strictObject({
    response_format: v.literal("scalar"),
    queries: scalarQueries,
    formulas: atLeastOne(v.strictObject({
      ...formula,
      cell_display_mode: v.picklist(["number", "bar"]),
      conditional_formats: conditionalFormats,
    })),
    sort,
  })),
});

const manageStatus = v.strictObject({
  type: v.literal("manage_status"),
  ...titled,
  summary_type: v.picklist(["monitors", "groups", "combined"]),
  display_format: v.picklist(["counts", "countsAndList", "list"]),
  color_preference: v.picklist(["background", "text"]),
  hide_zero_counts: v.boolean(),
  show_last_triggered: v.boolean(),
  show_priority: v.boolean(),
  query: v.literal("tag:integration:torchserve"),
  sort: v.picklist(["status,asc", "status,desc", "name,asc", "triggered,desc"]),
  count: v.pipe(whole, v.minValue(1, "at least 1")),
  start: v.literal(0),
});

const listStream = v.strictObject({
  type: v.literal("list_stream"),
  ...titled,
  requests: exactlyOne(v.strictObject({
    response_format: v.literal("event_list"),
    query: v.variant("data_source", [
      v.strictObject({
        data_source: v.literal("event_stream"),
        query_string: text,
        event_size: v.picklist(["s", "l"]),
      }),
      v.strictObject({
        data_source: v.literal("logs_stream"),
        query_string: text,
        indexes,
        storage: v.picklist(["hot", "flex"]),
      }),
    ]),
    columns: v.array(v.strictObject({ field, width: v.picklist(["auto", "compact", "full"]) })),
  })),
});

const note = v.strictObject({
  type: v.literal("note"),
  content: text,
  background_color: v.picklist(["white", "gray", "blue", "green", "yellow", "pink", "purple"]),
  font_size: v.pipe(v.string(), v.regex(/^\d+$/, "a number in quotes")),
  text_align: v.picklist(["left", "center", "right"]),
});

/** A widget in a group. */
export const widgetSchema = v.strictObject({
  definition: v.variant("type", [
    checkStatus,
    queryValue,
    timeseries,
    toplist,
    queryTable,
    manageStatus,
    listStream,
    note,
  ]),
  layout,
});

const group = v.strictObject({
  definition: v.strictObject({
    type: v.literal("group"),
    title: plain,
    background_color: v.picklist(["vivid_blue", "vivid_purple", "vivid_orange", "vivid_green", "vivid_pink", "gray"]),
    show_title: v.literal(true),
    layout_type: v.literal("ordered"),
    widgets: atLeastOne(widgetSchema),
  }),
  layout,
});

/** A dashboard with all that ours use, and nothing else: what the API knows besides is unknown here. */
export const dashboardSchema = v.strictObject({
  title: plain,
  description: text,
  layout_type: v.literal("ordered"),
  reflow_type: v.literal("fixed"),
  template_variables: v.array(v.strictObject({
    name: text,
    prefix: text,
    available_values: v.array(v.string()),
    // Another value is one of somebody's own servers.
    defaults: atLeastOne(v.literal("*")),
  })),
  widgets: atLeastOne(group),
});

export type DashboardJson = v.InferOutput<typeof dashboardSchema>;
export type WidgetJson = v.InferOutput<typeof widgetSchema>;
