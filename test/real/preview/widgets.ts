import { DASHBOARDS } from "../../../plugin/assets/description/dashboards/mod.ts";
import type { Frame, WidgetData } from "../../../plugin/preview/frame.ts";

/** Finds what widgets of a frame show by their titles. */
export interface Widgets {
  (title: string): WidgetData;
  /** The numbers of one of its series; `NaN` where there is none. */
  course(title: string, label: string): number[];
  /** The newest numbers of all of its series, added up. */
  last(title: string): number;
}

/** The widgets of a frame; of several with the same title, the first. */
export function widgetsOf(frame: Frame): Widgets {
  const all = DASHBOARDS.find(({ key }) => key === frame.view)?.groups.flatMap(({ widgets }) => widgets) ?? [];
  const find = (title: string): WidgetData => {
    const at = all.findIndex(({ widget }) => widget.kind !== "note" && widget.title === title);
    const data = frame.widgets[at];
    if (data === undefined) throw new Error(`there is no widget ${title}`);
    return data;
  };
  const seriesOf = (title: string) => {
    const data = find(title);
    return data.kind === "time_series" ? data.series : [];
  };
  return Object.assign(find, {
    course: (title: string, label: string) =>
      seriesOf(title).find((one) => one.label === label)?.values.map((value) => value ?? Number.NaN) ?? [],
    last: (title: string) => seriesOf(title).reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0),
  });
}
