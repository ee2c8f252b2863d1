import type { Logs } from "../../assets/mod.ts";
import { matchesSearch, parseSearch, type Searched } from "../../assets/logs/mod.ts";
import { clip } from "../../text/mod.ts";
import type { LogLine } from "../collect/mod.ts";
import type { DrawnSeries, Empty, LogRow, LogsData, TimeSeriesData, TopListData } from "../frame.ts";
import { type Context, spanOf } from "./context.ts";
import { fewer } from "./time_series.ts";

/** Lines that are sent at most, the newest ones. */
const MOST_LINES = 60;
/** Of a line and of an attribute, in characters. */
const MOST_CHARACTERS = 1_500;
const MOST_OF_ATTRIBUTE = 300;

/** Log lines that a search finds, or how many. */
export function logsData(widget: Logs, context: Context): LogsData | TimeSeriesData | TopListData | Empty {
  const { history: { options: { logs } }, variables } = context;
  const { from, to } = spanOf(context);
  const search = parseSearch(withValues(widget.search, variables));
  const found = logs.all.filter((line) =>
    line.time > from && line.time <= to && ["host", "service"].every((name) => fits(line, name, context)) &&
    matchesSearch(search, searched(line))
  );
  if (found.length === 0) {
    const none = widget.search === ""
      ? "no line was written in the chosen time"
      : "no such line was written in the chosen time";
    return { kind: "empty", why: logs.problem ?? none };
  }
  switch (widget.shown.as) {
    case "stream":
      return {
        kind: "logs",
        rows: found.slice(-MOST_LINES).reverse().map((line) => rowOf(line, context)),
        others: Math.max(0, found.length - MOST_LINES),
      };
    case "bars":
      return barsOf(found, widget.shown.by, context);
    case "top_list": {
      const counts = countsOf(found, widget.shown.by);
      const rows = [...counts].map(([label, lines]) => ({ label, value: lines.length }));
      if (rows.length === 0) return { kind: "empty", why: `no such line has ${widget.shown.by}` };
      rows.sort((a, b) => b.value - a.value);
      return {
        kind: "top_list",
        unit: "",
        rows: rows.slice(0, widget.shown.limit),
        others: Math.max(0, rows.length - widget.shown.limit),
      };
    }
  }
}

/** `$model_name.value` stands for the chosen value, or any. */
function withValues(search: string, variables: ReadonlyMap<string, string>): string {
  return search.replaceAll(/\$(\w+)\.value/g, (_, name: string) => {
    const value = variables.get(name);
    return value === undefined ? "*" : `"${value.replaceAll('"', "")}"`;
  });
}

function searched(line: LogLine): Searched {
  return {
    attribute: (path) => line.flat.get(path),
    tag: (name) => name === "status" ? [line.status] : tagOf(line, name),
  };
}

const tagOf = ({ tags }: LogLine, name: string) =>
  tags.filter((tag) => tag.startsWith(`${name}:`)).map((tag) => tag.slice(name.length + 1));

/** Whether a line has the chosen host or service; those of this machine have its host. */
function fits(line: LogLine, name: string, { history, variables }: Context): boolean {
  const wanted = variables.get(name);
  if (wanted === undefined) return true;
  const values = tagOf(line, name);
  return values.length === 0 && name === "host" ? wanted === history.options.host : values.includes(wanted);
}

function countsOf(lines: readonly LogLine[], by: string): Map<string, LogLine[]> {
  const groups = new Map<string, LogLine[]>();
  for (const line of lines) {
    const value = by === "status" ? line.status : line.flat.get(by.replace(/^@/, ""));
    if (value === undefined) continue;
    const known = groups.get(String(value));
    if (known === undefined) groups.set(String(value), [line]);
    else known.push(line);
  }
  return groups;
}

/** Colors of statuses, which are also their order. */
const PALETTES: Readonly<Record<string, string>> = {
  error: "red",
  critical: "red",
  warn: "yellow",
  info: "green",
  debug: "gray",
};

function barsOf(lines: readonly LogLine[], by: string, { parts }: Context): TimeSeriesData {
  const groups = [...countsOf(lines, by)].sort(([a], [b]) => a < b ? -1 : 1);
  const all = groups.map(([label, of]): DrawnSeries => {
    const palette = PALETTES[label];
    const values = parts.map(({ from, to }) => of.filter(({ time }) => time > from && time <= to).length || null);
    return { label, ...palette === undefined ? {} : { palette }, values };
  });
  return { kind: "time_series", unit: "", ...fewer(all, true), outages: [] };
}

function rowOf(line: LogLine, { history }: Context): LogRow {
  return {
    time: line.time,
    status: line.status,
    host: tagOf(line, "host")[0] ?? history.options.host,
    content: clip(line.message, MOST_CHARACTERS),
    attributes: [...line.flat].map(([path, value]) => [path, clip(String(value), MOST_OF_ATTRIBUTE)]),
  };
}
