import type { Dashboard, Placed, Widget } from "../description/dashboard.ts";
import { alertsPanel } from "./alerts.ts";
import { annotations } from "./annotations.ts";
import type { GrafanaContext } from "./context.ts";
import { drawnWidgets, type GridPos, isLeftOut, placesOf } from "./layout.ts";
import type { Json } from "./panel.ts";
import { checkPanel, valuePanel } from "./stat.ts";
import { tablePanel } from "./table.ts";
import { timeSeriesPanel } from "./time_series.ts";
import { topListPanel } from "./top_list.ts";
import { templateVariables } from "./variables.ts";

/** The form of dashboards that this is written for: that of Grafana 10.4; later ones migrate it themselves. */
const SCHEMA_VERSION = 39;
const TAG = "torchserve";

const WITHOUT =
  "Prometheus keeps neither events nor log lines. Where the number of models or a default version changed, " +
  "charts have a mark. For log lines, point Loki or another store at TorchServe's log files: docs/logs.md says which.";

/** A dashboard as Grafana imports it: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export function grafanaDashboard(dashboard: Dashboard, context: GrafanaContext): Json {
  const { panels, marked } = panelsOf(dashboard, context);
  return {
    uid: `torchserve-${dashboard.key}`,
    title: dashboard.title,
    description: dashboard.description,
    tags: [TAG],
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    timezone: "browser",
    schemaVersion: SCHEMA_VERSION,
    annotations: { list: annotations(marked) },
    links: [{
      title: "TorchServe",
      type: "dashboards",
      icon: "external link",
      tooltip: "",
      tags: [TAG],
      asDropdown: false,
      targetBlank: false,
      includeVars: true,
      keepTime: true,
    }],
    templating: { list: templateVariables(dashboard.variables) },
    panels,
  };
}

/** The panels, group by group below their rows, and the ids of those on which marks stand. */
function panelsOf({ groups }: Dashboard, context: GrafanaContext): { panels: Json[]; marked: number[] } {
  const panels: Json[] = [];
  const marked: number[] = [];
  let y = 0;
  const add = (panel: Json, gridPos: GridPos) => {
    panels.push({ id: panels.length + 1, gridPos, ...panel });
  };
  const addRow = (title: string) => {
    add({ type: "row", title, collapsed: false, panels: [] }, { x: 0, y, w: 24, h: 1 });
    y += 1;
  };
  for (const group of groups) {
    const widgets = drawnWidgets(group);
    if (widgets.length === 0) continue;
    addRow(group.title);
    const { places, end } = placesOf(widgets, y);
    widgets.forEach(({ widget }, i) => {
      const at = places[i];
      if (at === undefined) return;
      add(panelOfWidget(widget, context), at);
      if (widget.kind === "time_series" && widget.events === true) marked.push(panels.length);
    });
    y = end;
  }
  if (groups.some(({ widgets }: { widgets: readonly Placed[] }) => widgets.some(isLeftOut))) {
    addRow("Events and logs");
    add(textPanel(WITHOUT), { x: 0, y, w: 24, h: 3 });
  }
  return { panels, marked };
}

function panelOfWidget(widget: Widget, context: GrafanaContext): Json {
  switch (widget.kind) {
    case "value":
      return valuePanel(widget, context);
    case "time_series":
      return timeSeriesPanel(widget, context);
    case "top_list":
      return topListPanel(widget, context);
    case "table":
      return tablePanel(widget, context);
    case "check":
      return checkPanel(widget);
    case "monitors":
      return alertsPanel(widget);
    case "note":
      return textPanel(widget.text);
    case "events":
    case "logs":
      throw new Error(`Prometheus has nothing for "${widget.title}"`);
  }
}

const textPanel = (content: string): Json => ({
  type: "text",
  title: "",
  transparent: true,
  options: { mode: "markdown", content },
});
