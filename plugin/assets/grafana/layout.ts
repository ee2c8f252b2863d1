import type { Group, Placed } from "../description/dashboard.ts";

/** Where a panel stands, on 24 columns. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Grafana's columns to one of a description. */
const COLUMNS = 2;
/** Grafana's rows to one of a description: a chart needs more than a number does. */
const ROWS_OF_CHARTS = 8 / 3;
const ROWS_OF_NUMBERS = 2;

/** What Prometheus has nothing for. */
export const isLeftOut = ({ widget }: Placed): boolean => widget.kind === "events" || widget.kind === "logs";

/** The widgets of a group that are drawn; a neighbour of the same height grows over one that is not. */
export function drawnWidgets({ widgets }: Group): Placed[] {
  const gone = widgets.filter(isLeftOut);
  return widgets.filter((one) => !isLeftOut(one)).map((one) => {
    const [x, y, width, height] = one.at;
    const beside = gone.find(({ at }) => at[0] === x + width && at[1] === y && at[3] === height);
    return beside === undefined ? one : { ...one, at: [x, y, width + beside.at[2], height] };
  });
}

/** Where a group's widgets stand below a row, in their order, and where the next group begins. */
export function placesOf(widgets: readonly Placed[], top: number): { places: GridPos[]; end: number } {
  const hasCharts = widgets.some(({ widget }) => widget.kind === "time_series" || widget.kind === "top_list");
  const scale = hasCharts ? ROWS_OF_CHARTS : ROWS_OF_NUMBERS;
  const row = (y: number) => Math.round(y * scale);
  const places = widgets.map(({ at: [x, y, width, height] }) => ({
    x: x * COLUMNS,
    y: top + row(y),
    w: width * COLUMNS,
    h: row(y + height) - row(y),
  }));
  return { places, end: Math.max(top, ...places.map(({ y, h }) => y + h)) };
}
