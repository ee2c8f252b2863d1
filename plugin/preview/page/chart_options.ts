import uPlot from "uplot";
import type { WidgetLayout } from "../layout.ts";
import { currentTheme, dashOf, seriesColor, styleColor } from "./colors.ts";
import { drawMarks, drawOutages, type Marks } from "./chart_marks.ts";
import { clock, digits, isBytes, scaleOf, shortClock } from "./format.ts";
import { fillOf } from "./patterns.ts";

/** What a series looks like: it keeps it for as long as the page is open. */
export interface Look {
  readonly label: string;
  readonly palette: string | undefined;
  /** Which of those with its palette it is. */
  readonly nth: number;
  /** Which of all it is. */
  readonly index: number;
}

export interface ChartSettings {
  readonly layout: WidgetLayout;
  readonly looks: readonly Look[];
  readonly size: { readonly width: number; readonly height: number };
  readonly unit: () => string;
  readonly marks: () => Marks;
  /** The first and the last second of the range. */
  readonly span: () => readonly [number, number];
  readonly onCursor: (chart: uPlot) => void;
}

/** Whether series of a chart stand on top of each other. */
export const isStacked = ({ display }: WidgetLayout): boolean => display === "stacked_area" || display === "bars";
/** Whether what is under its lines is filled. */
export const isFilled = (layout: WidgetLayout): boolean => layout.display === "area" || isStacked(layout);

const FONT = "11px system-ui, sans-serif";

/** How uPlot draws a widget. */
export function chartOptions({ layout, looks, size, unit, marks, span, onCursor }: ChartSettings): uPlot.Options {
  const scale = uPlot.pxRatio;
  const axis = {
    stroke: () => styleColor("faint"),
    font: FONT,
    ticks: { show: false },
    grid: { stroke: () => styleColor("grid"), width: 1 },
  };
  return {
    ...size,
    legend: { show: false },
    padding: [10, 18, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 }, sync: { key: "all" } },
    scales: {
      x: { time: false, range: () => [...span()] },
      y: { range: (_, _min, max) => [0, topOf(layout, max ?? 0)] },
    },
    axes: [
      { ...axis, size: 26, space: 90, values: (_, ticks) => timeLabels(ticks), incrs: STEPS },
      {
        ...axis,
        size: 58,
        space: 34,
        incrs: () => isBytes(unit()) ? POWERS : NUMBERS,
        values: (_, ticks) => {
          const { factor, suffix } = scaleOf(unit(), Math.max(...ticks));
          return ticks.map((tick) =>
            tick === 0 ? "0" : `${digits(tick * factor)}${/^[%/]|^$/.test(suffix) ? "" : " "}${suffix}`
          );
        },
      },
    ],
    series: [{}, ...looks.map((look) => seriesOptions(look, layout))],
    hooks: {
      drawClear: [(chart) => drawOutages(chart, marks(), scale)],
      draw: [(chart) => drawMarks(chart, marks(), scale)],
      setCursor: [onCursor],
    },
  };
}

/** Distances between two labels of numbers, and of bytes, which people count by 1024. */
const NUMBERS = Array.from({ length: 24 }, (_, i) => [1, 2, 5].map((digit) => Number(`${digit}e${i - 9}`))).flat();
const POWERS = Array.from({ length: 60 }, (_, i) => 2 ** (i - 10));
/** Seconds between two labels of time. */
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600];

function timeLabels(ticks: readonly number[]): string[] {
  const isFine = ticks.some((tick) => tick % 60 !== 0);
  return ticks.map((tick) => isFine ? clock(tick) : shortClock(tick));
}

function topOf({ isShare, markers = [] }: WidgetLayout, max: number): number {
  if (isShare === true) return 100;
  const most = Math.max(max, ...markers.map(({ at }) => at));
  return most <= 0 ? 1 : most * 1.15;
}

function seriesOptions({ label, palette, nth, index }: Look, layout: WidgetLayout): uPlot.Series {
  const theme = currentTheme();
  const color = seriesColor(theme, palette, nth);
  const { display } = layout;
  const paths = display === "bars"
    ? uPlot.paths.bars?.({ size: [0.75, 28], radius: 0 })
    : display === "step"
    ? uPlot.paths.stepped?.({ align: -1 })
    : undefined;
  return {
    label,
    stroke: color,
    width: display === "bars" ? 0 : isFilled(layout) ? 1.25 : 2,
    points: {
      size: 5,
      show: (chart, seriesIndex) => display !== "bars" && lonely(chart.data[seriesIndex]).length > 0,
      filter: (chart, seriesIndex, isShown) => isShown ? lonely(chart.data[seriesIndex]) : null,
    },
    ...isFilled(layout)
      ? { fill: () => fillOf(color, isStacked(layout) ? index : 0, theme) }
      : { dash: [...dashOf(index)] },
    ...paths === undefined ? {} : { paths },
  };
}

/** Places of the points that no line reaches. */
function lonely(values: ArrayLike<number | null | undefined> = []): number[] {
  const isGap = (i: number) => (values[i] ?? null) === null;
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if (!isGap(i) && isGap(i - 1) && isGap(i + 1)) found.push(i);
  return found;
}
