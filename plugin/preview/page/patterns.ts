import type { Theme } from "./colors.ts";

/** Areas are told apart by how they are hatched, besides their color. */

/** Pixels of a pattern, which repeats. */
const SIZE = 8;
/** How the nth area is hatched: lines from one place to another. */
const HATCHES: readonly (readonly (readonly [number, number, number, number])[])[] = [
  [],
  [[0, 8, 8, 0], [-2, 2, 2, -2], [6, 10, 10, 6]],
  [[0, 4, 8, 4]],
  [[0, 0, 8, 8], [-2, 6, 2, 10], [6, -2, 10, 2]],
  [[4, 0, 4, 8]],
  [[0, 4, 8, 4], [4, 0, 4, 8]],
];

const known = new WeakMap<HTMLElement, Map<string, CanvasPattern | string>>();

/** What the nth area of a color is filled with: no light shines through it. */
export function fillOf(color: string, nth: number, theme: Theme): CanvasPattern | string {
  const cache = known.get(document.documentElement) ?? new Map<string, CanvasPattern | string>();
  known.set(document.documentElement, cache);
  const ratio = Math.max(1, Math.round(devicePixelRatio));
  const key = `${color} ${nth % HATCHES.length} ${theme} ${ratio}`;
  const before = cache.get(key);
  if (before !== undefined) return before;
  const fill = drawn(color, HATCHES[nth % HATCHES.length] ?? [], theme, ratio);
  cache.set(key, fill);
  return fill;
}

function drawn(
  color: string,
  lines: readonly (readonly number[])[],
  theme: Theme,
  ratio: number,
): CanvasPattern | string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * ratio;
  const context = canvas.getContext("2d");
  if (context === null) return color;
  context.scale(ratio, ratio);
  context.fillStyle = theme === "dark" ? "#171d26" : "#ffffff";
  context.fillRect(0, 0, SIZE, SIZE);
  context.globalAlpha = theme === "dark" ? 0.55 : 0.45;
  context.fillStyle = context.strokeStyle = color;
  context.fillRect(0, 0, SIZE, SIZE);
  context.globalAlpha = 0.85;
  for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] of lines) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  return context.createPattern(canvas, "repeat") ?? color;
}
