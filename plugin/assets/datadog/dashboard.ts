import type { Dashboard, Group } from "../description/dashboard.ts";
import { widgetDefinition } from "./widget.ts";

const COLUMNS = 12;
/** A group's title takes a row. */
const TITLE_ROWS = 1;

/** A dashboard as the API takes it: https://docs.datadoghq.com/api/latest/dashboards/#create-a-new-dashboard */
export function datadogDashboard({ title, description, variables, groups }: Dashboard): Record<string, unknown> {
  let y = 0;
  return {
    title,
    description,
    layout_type: "ordered",
    reflow_type: "fixed",
    template_variables: variables.map((name) => ({ name, prefix: name, available_values: [], defaults: ["*"] })),
    widgets: groups.map((group) => {
      const height = TITLE_ROWS + heightOf(group);
      const layout = { x: 0, y, width: COLUMNS, height };
      y += height;
      return { definition: groupDefinition(group), layout };
    }),
  };
}

/** Rows of a group's widgets. */
function heightOf({ widgets }: Group): number {
  return Math.max(...widgets.map(({ at: [, y, , height] }) => y + height));
}

function groupDefinition({ title, color, widgets }: Group): Record<string, unknown> {
  return {
    type: "group",
    title,
    background_color: color,
    show_title: true,
    layout_type: "ordered",
    widgets: widgets.map(({ at: [x, y, width, height], widget }) => ({
      definition: widgetDefinition(widget),
      layout: { x, y, width, height },
    })),
  };
}
