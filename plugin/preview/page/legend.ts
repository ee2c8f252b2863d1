import { el, Keyed, setText, svg } from "./dom.ts";
import { withUnit } from "./format.ts";

/** What is known of a drawn series. */
export interface Drawn {
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** It is filled: told apart by its hatching. */
  readonly nth: number;
  readonly isFilled: boolean;
  readonly last: number | null;
}

/** Which line is which, with its newest value. */
export class Legend {
  readonly element = el("ul", { class: "legend" });
  readonly #items = new Keyed<Drawn & { readonly unit: string }>(this.element, makeItem, updateItem);

  show(all: readonly Drawn[], unit: string): void {
    this.#items.show(all.map((one) => ({ ...one, unit })), ({ label, color, nth }) => `${label} ${color} ${nth}`);
  }
}

function makeItem({ label, color, dash, nth, isFilled }: Drawn): HTMLElement {
  return el(
    "li",
    {},
    swatch(color, dash, nth, isFilled),
    el("span", { class: "legend-label", title: label }, label),
    el("span", { class: "legend-value" }),
  );
}

/** A piece of the line, or of the area, as it is drawn. */
export function swatch(color: string, dash: readonly number[], nth: number, isFilled: boolean): SVGElement {
  const hatch = isFilled
    ? ["", "M0 10L10 0M5 12L15 2", "M0 5H16", "M0 0L10 10M6 0L16 10", "M4 0V10M12 0V10", "M0 5H16M8 0V10"][nth % 6]
    : "";
  return svg(
    "svg",
    { viewBox: "0 0 16 10", class: "swatch" },
    ...isFilled
      ? [
        svg("rect", { width: "16", height: "10", rx: "2", fill: color, "fill-opacity": "0.5" }),
        svg("path", { d: hatch ?? "", stroke: color, fill: "none", "stroke-width": "1.5" }),
      ]
      : [svg("path", { d: "M0 5H16", stroke: color, "stroke-width": "2.5", "stroke-dasharray": dash.join(" ") })],
  );
}

function updateItem(element: HTMLElement, { last, unit }: Drawn & { readonly unit: string }): void {
  const value = element.lastElementChild;
  if (value !== null) setText(value, last === null ? "" : withUnit(last, unit));
}
