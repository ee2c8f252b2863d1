import type { Logs } from "../description/dashboard.ts";

/** The source of TorchServe's log lines (manifest.json, `assets.logs.source`). */
const SOURCE = "source:torchserve";
/** Groups of bars. */
const MOST_GROUPS = 10;

/** A widget of log lines, but for its title. */
export function logDefinition({ search, shown }: Logs): Record<string, unknown> {
  const query = [SOURCE, "$host", "$service", search].filter((part) => part !== "").join(" ");
  switch (shown.as) {
    case "stream":
      return {
        type: "list_stream",
        requests: [{
          response_format: "event_list",
          query: { data_source: "logs_stream", query_string: query, indexes: [], storage: "hot" },
          columns: shown.columns.map((field) => ({ field, width: field === "content" ? "full" : "auto" })),
        }],
      };
    case "bars":
      return {
        type: "timeseries",
        show_legend: false,
        requests: [{
          response_format: "timeseries",
          queries: [counted(query, shown.by, MOST_GROUPS)],
          formulas: [{ formula: "lines" }],
          display_type: "bars",
          style: { palette: "semantic" },
        }],
      };
    case "top_list":
      return {
        type: "toplist",
        requests: [{
          response_format: "scalar",
          queries: [counted(query, shown.by, shown.limit)],
          formulas: [{ formula: "lines" }],
          sort: { count: shown.limit, order_by: [{ type: "formula", index: 0, order: "desc" }] },
        }],
      };
  }
}

function counted(query: string, by: string, limit: number): object {
  return {
    data_source: "logs",
    name: "lines",
    search: { query },
    indexes: ["*"],
    compute: { aggregation: "count" },
    group_by: [{ facet: by, limit, sort: { aggregation: "count", order: "desc" } }],
  };
}
