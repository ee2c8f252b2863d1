import uPlot from "uplot";
import type { DrawnSeries, Frame, TimeSeriesData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Content, Shared } from "./card.ts";
import { ChartCursor } from "./chart_cursor.ts";
import { chartOptions, isFilled, isStacked, type Look } from "./chart_options.ts";
import { chartTable } from "./chart_table.ts";
import { currentTheme, dashOf, seriesColor } from "./colors.ts";
import { el, setText } from "./dom.ts";
import { type Drawn, Legend } from "./legend.ts";
import { stacked } from "./stack.ts";

/** Series that are remembered at most. */
const MOST_LOOKS = 500;

/** The courses of series, drawn or as a table. */
export class ChartContent implements Content<TimeSeriesData> {
  readonly element: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #table: HTMLElement;
  readonly #others = el("p", { class: "others" });
  readonly #legend = new Legend();
  readonly #cursor: ChartCursor;
  readonly #looks = new Map<string, Look>();
  readonly #resized: ResizeObserver;
  #chart: uPlot | undefined;
  #shape = "";
  #shown: readonly [TimeSeriesData, Frame] | undefined;

  constructor(private readonly layout: WidgetLayout, shared: Shared, id: string) {
    this.#plot = el("div", {
      class: "plot",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "chart",
      "aria-label": `${layout.title}. Arrow keys move the cursor.`,
    });
    this.#table = el("div", {
      class: "scroll",
      tabindex: "0",
      role: "region",
      "aria-label": `${layout.title} as table`,
      id: `${id}-table`,
      hidden: "",
    });
    const asTable = el("button", {
      type: "button",
      class: "as-table",
      "aria-pressed": "false",
      "aria-label": `${layout.title}: as table`,
    }, "as table");
    asTable.addEventListener("click", () => this.#toggle(asTable));
    const foot = el("div", { class: "chart-foot" }, this.#legend.element, this.#others, asTable);
    this.element = el("div", { class: "chart" }, this.#plot, this.#table, foot);
    this.#cursor = new ChartCursor(this.#plot, layout, shared, () => this.#drawn());
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(this.#plot);
  }

  update(data: TimeSeriesData, frame: Frame): void {
    this.#shown = [data, frame];
    const looks = data.series.map((series) => this.#lookOf(series));
    const shape = looks.map(({ label, index }) => `${index} ${label}`).join("\n");
    if (shape !== this.#shape || this.#chart === undefined) this.#rebuild(shape, looks);
    else this.#chart.setData(this.#columns());
    const drawn = this.#drawn();
    this.#legend.show(drawn, data.unit);
    const isLeftOut = data.others > 0 && !isStacked(this.layout);
    setText(this.#others, isLeftOut ? `${data.others} smaller ones are not drawn` : "");
    if (!this.#table.hidden) this.#fillTable();
    this.#cursor.refresh(data, frame);
  }

  restyle(): void {
    if (this.#shown === undefined) return;
    this.#chart?.destroy();
    this.#chart = undefined;
    this.update(...this.#shown);
  }

  close(): void {
    this.#resized.disconnect();
    this.#cursor.close();
    this.#chart?.destroy();
  }

  /** A series looks the same for as long as the page is open, whichever others come and go. */
  #lookOf({ label, palette }: DrawnSeries): Look {
    const key = `${palette} ${label}`;
    const known = this.#looks.get(key);
    if (known !== undefined) return known;
    // Workers that crash over and over have new numbers each time.
    if (this.#looks.size > MOST_LOOKS) this.#looks.clear();
    const nth = [...this.#looks.values()].filter((look) => look.palette === palette).length;
    const look = { label, palette, nth, index: this.#looks.size };
    this.#looks.set(key, look);
    return look;
  }

  #columns(): uPlot.AlignedData {
    if (this.#shown === undefined) return [[]];
    const [{ series }, { times }] = this.#shown;
    const values = isStacked(this.layout) ? stacked(series) : series.map(({ values }) => [...values]);
    return [[...times], ...values];
  }

  #rebuild(shape: string, looks: readonly Look[]): void {
    this.#shape = shape;
    this.#chart?.destroy();
    const options = chartOptions({
      layout: this.layout,
      looks,
      size: this.#size(),
      unit: () => this.#shown?.[0].unit ?? "",
      span: () => {
        const { times = [], width = 1 } = this.#shown?.[1] ?? {};
        return [(times[0] ?? 0) - width, times.at(-1) ?? 1];
      },
      marks: () => {
        const [data, frame] = this.#shown ?? [];
        const { markers = [], events = false } = this.layout;
        return { outages: data?.outages ?? [], events: events ? frame?.marks ?? [] : [], markers };
      },
      onCursor: (chart) => this.#cursor.moved(chart),
    });
    this.#chart = new uPlot(options, this.#columns(), this.#plot);
    this.#cursor.chart = this.#chart;
  }

  #size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.#plot;
    return { width: Math.max(120, clientWidth), height: Math.max(80, clientHeight) };
  }

  #resize(): void {
    const [before, now] = [this.#chart, this.#size()];
    if (before !== undefined && (before.width !== now.width || before.height !== now.height)) before.setSize(now);
  }

  #drawn(): Drawn[] {
    const theme = currentTheme();
    return (this.#shown?.[0].series ?? []).map((series) => {
      const { palette, nth, index } = this.#lookOf(series);
      return {
        label: series.label,
        color: seriesColor(theme, palette, nth),
        dash: dashOf(index),
        nth: isStacked(this.layout) ? index : 0,
        isFilled: isFilled(this.layout),
        last: series.values.at(-1) ?? null,
      };
    });
  }

  #toggle(button: HTMLButtonElement): void {
    const isTable = this.#table.hidden;
    this.#table.hidden = !isTable;
    this.#plot.hidden = isTable;
    button.setAttribute("aria-pressed", String(isTable));
    setText(button, isTable ? "as chart" : "as table");
    if (isTable) this.#fillTable();
  }

  #fillTable(): void {
    if (this.#shown === undefined) return;
    const [{ series, unit }, frame] = this.#shown;
    this.#table.replaceChildren(chartTable(this.layout.title, series, unit, frame));
  }
}
