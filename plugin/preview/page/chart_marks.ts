import type uPlot from "uplot";
import type { Mark } from "../frame.ts";
import { styleColor } from "./colors.ts";

/** What stands on a chart besides its series. */
export interface Marks {
  /** Times in which the target did not answer. */
  readonly outages: readonly (readonly [from: number, to: number])[];
  readonly events: readonly Mark[];
  /** Values that mean something, such as the threshold of a monitor. */
  readonly markers: readonly { readonly at: number; readonly label: string; readonly color: string }[];
}

/** Draws what is behind the series: times without an answer. */
export function drawOutages({ ctx, bbox, valToPos }: uPlot, { outages }: Marks, scale: number): void {
  if (outages.length === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [from, to] of outages) {
    const left = valToPos(from, "x", true);
    const width = Math.max(2 * scale, valToPos(to, "x", true) - left);
    ctx.fillStyle = styleColor("outage");
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.fillStyle = styleColor("bad");
    ctx.fillRect(left, bbox.top, width, 3 * scale);
    if (width < 70 * scale) continue;
    ctx.font = `${11 * scale}px system-ui, sans-serif`;
    ctx.textAlign = "left";
    ctx.fillText("no answer", Math.max(left, bbox.left) + 6 * scale, bbox.top + 16 * scale);
  }
  ctx.restore();
}

/** Draws what is before the series: events and thresholds. */
export function drawMarks(chart: uPlot, { events, markers }: Marks, scale: number): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 6 * scale, bbox.width, bbox.height + 6 * scale);
  ctx.clip();
  ctx.lineWidth = scale;
  for (const { time } of events) {
    const x = Math.round(chart.valToPos(time, "x", true));
    ctx.strokeStyle = ctx.fillStyle = styleColor("event");
    ctx.setLineDash([3 * scale, 3 * scale]);
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    ctx.beginPath();
    ctx.moveTo(x - 5 * scale, bbox.top - 5 * scale);
    ctx.lineTo(x + 5 * scale, bbox.top - 5 * scale);
    ctx.lineTo(x, bbox.top + 3 * scale);
    ctx.fill();
  }
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  for (const { at, label, color } of markers) {
    const y = Math.round(chart.valToPos(at, "y", true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = ctx.fillStyle = styleColor(color === "red" ? "bad" : "warn");
    ctx.setLineDash(color === "red" ? [6 * scale, 4 * scale] : [2 * scale, 4 * scale]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.fillText(label, bbox.left + bbox.width - 4 * scale, y - 4 * scale);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
