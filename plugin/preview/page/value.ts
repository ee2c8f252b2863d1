import type { Course, ValueData } from "../frame.ts";
import type { Content } from "./card.ts";
import { el, setAttribute, setText, svg } from "./dom.ts";
import { numberAndUnit } from "./format.ts";

/** What colors say, for whom they say nothing. */
const SIGNS: Readonly<Record<string, readonly [sign: string, word: string]>> = {
  green: ["✓", "well"],
  yellow: ["!", "watch it"],
  red: ["✕", "bad"],
};

/** One number, as large as can be, over its course. */
export class ValueContent implements Content<ValueData> {
  readonly #number = el("span", { class: "number" });
  readonly #suffix = el("span", { class: "suffix" });
  readonly #sign = el("span", { class: "value-sign" });
  readonly #line = svg("path", { class: "spark-line" });
  readonly #area = svg("path", { class: "spark-area" });
  readonly element = el(
    "div",
    { class: "value" },
    svg("svg", { class: "spark", viewBox: "0 0 100 40", preserveAspectRatio: "none" }, this.#area, this.#line),
    el("p", { class: "figure" }, this.#number, this.#suffix, this.#sign),
  );

  update({ value, unit, color, course }: ValueData): void {
    const { number, suffix } = numberAndUnit(value, unit);
    setText(this.#number, number);
    setText(this.#suffix, suffix);
    const [sign, word] = SIGNS[color ?? ""] ?? [];
    setText(this.#sign, sign ?? "");
    setAttribute(this.#sign, "title", word);
    setAttribute(this.element, "data-color", color);
    this.element.style.setProperty(
      "--length",
      String(Math.max(3, number.length + 0.6 * suffix.length + (sign === undefined ? 0 : 1.4))),
    );
    const [line, area] = course === undefined ? ["", ""] : pathsOf(course);
    this.#line.setAttribute("d", line);
    this.#area.setAttribute("d", area);
  }
}

/** A line through the numbers, and the area under it; both end where there is none. */
function pathsOf(course: Course): [line: string, area: string] {
  const most = Math.max(...course.map((value) => value ?? 0), Number.MIN_VALUE);
  const step = 100 / Math.max(1, course.length - 1);
  let [line, area, start] = ["", "", -1];
  const end = (i: number) => {
    if (start >= 0) area += `L${((i - 1) * step).toFixed(1)} 40L${(start * step).toFixed(1)} 40Z`;
    start = -1;
  };
  for (const [i, value] of course.entries()) {
    if (value === null) {
      end(i);
      continue;
    }
    const at = `${(i * step).toFixed(1)} ${(38 - 34 * Math.max(0, value) / most).toFixed(1)}`;
    line += `${start < 0 ? "M" : "L"}${at}`;
    area += `${start < 0 ? "M" : "L"}${at}`;
    if (start < 0) start = i;
  }
  end(course.length);
  return [line, area];
}
