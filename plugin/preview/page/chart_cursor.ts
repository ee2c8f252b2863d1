import type uPlot from "uplot";
import type { Frame, TimeSeriesData } from "../frame.ts";
import type { WidgetLayout } from "../layout.ts";
import type { Shared } from "./card.ts";
import { clock, withUnit } from "./format.ts";
import { type Drawn, swatch } from "./legend.ts";
import type { TooltipRow } from "./tooltip.ts";

/** What the pointer or the arrow keys point at in a chart, and what is told of it. */
export class ChartCursor {
  chart: uPlot | undefined;
  #data: TimeSeriesData | undefined;
  #frame: Frame | undefined;
  #isHere = false;
  /** The part of the range that the keys are at. */
  #at: number | undefined;

  constructor(
    private readonly plot: HTMLElement,
    private readonly layout: WidgetLayout,
    private readonly shared: Shared,
    private readonly drawn: () => readonly Drawn[],
  ) {
    plot.addEventListener("pointerenter", () => this.#isHere = true);
    plot.addEventListener("pointerleave", () => {
      this.#isHere = false;
      shared.tooltip.hide();
    });
    plot.addEventListener("keydown", (event) => this.#onKey(event));
    plot.addEventListener("blur", () => this.#leave());
  }

  refresh(data: TimeSeriesData, frame: Frame): void {
    this.#data = data;
    this.#frame = frame;
  }

  /** The cursor of the chart has moved, here or in another one. */
  moved(chart: uPlot): void {
    const { idx, left = -1 } = chart.cursor;
    if (!this.#isHere && this.#at === undefined) return;
    if (idx === null || idx === undefined || left < 0) return this.shared.tooltip.hide();
    const { x, y, height } = chart.over.getBoundingClientRect();
    this.shared.tooltip.show(x + left, y + height / 2, this.#title(idx), this.#rows(idx));
  }

  close(): void {
    if (this.#isHere || this.#at !== undefined) this.shared.tooltip.hide();
  }

  #onKey(event: KeyboardEvent): void {
    const last = (this.#frame?.times.length ?? 0) - 1;
    const at = this.#at ?? last + 1;
    const next: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageUp: at - 10,
      PageDown: at + 10,
      Home: 0,
      End: last,
    };
    const to = next[event.key];
    if (event.key === "Escape" && this.#at !== undefined) {
      event.stopPropagation();
      this.#leave();
    }
    if (to === undefined || last < 0 || this.chart === undefined) return;
    event.preventDefault();
    this.#at = Math.max(0, Math.min(last, to));
    const left = this.chart.valToPos(this.#frame?.times[this.#at] ?? 0, "x");
    this.chart.setCursor({ left, top: 1 });
    const rows = this.#rows(this.#at).map(({ label, value }) => `${label} ${value}`);
    this.shared.announcer.say(`${this.#title(this.#at)}: ${rows.length === 0 ? "nothing" : rows.join(", ")}`);
  }

  #leave(): void {
    if (this.#at === undefined) return;
    this.#at = undefined;
    this.chart?.setCursor({ left: -10, top: -10 });
    this.shared.tooltip.hide();
  }

  #title(at: number): string {
    const time = this.#frame?.times[at] ?? 0;
    const isDown = this.#data?.outages.some(([from, to]) => time > from && time <= to) === true;
    return isDown ? `${clock(time)}, no answer` : clock(time);
  }

  /** The values of a part, and its events. */
  #rows(at: number): TooltipRow[] {
    const { series = [], unit = "" } = this.#data ?? {};
    const { times = [], width = 0, marks = [] } = this.#frame ?? {};
    const drawn = this.drawn();
    const rows = series.flatMap(({ label, values }, i): TooltipRow[] => {
      const value = values[at] ?? null;
      const look = drawn[i];
      if (value === null || look === undefined) return [];
      return [{ swatch: swatch(look.color, look.dash, look.nth, look.isFilled), label, value: withUnit(value, unit) }];
    });
    const time = times[at] ?? 0;
    const near = this.layout.events === true
      ? marks.filter((mark) => mark.time > time - width && mark.time <= time)
      : [];
    return [...rows, ...near.map(({ title }) => ({ label: title, value: "" }))];
  }
}
