import { el } from "./dom.ts";

/** A row of it. */
export interface TooltipRow {
  readonly swatch?: SVGElement;
  readonly label: string;
  readonly value: string;
}

/** What the cursor of a chart points at, beside the pointer. Screen readers are told by the announcer. */
export class Tooltip {
  readonly element = el("div", { class: "tooltip", "aria-hidden": "true", hidden: "" });

  /** @param x,y in the window */
  show(x: number, y: number, title: string, rows: readonly TooltipRow[]): void {
    this.element.replaceChildren(
      el("p", {}, title),
      ...rows.map(({ swatch, label, value }) =>
        el(
          "div",
          {},
          swatch,
          el("span", { class: "tooltip-label" }, label),
          el("span", { class: "tooltip-value" }, value),
        )
      ),
    );
    this.element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = x + 16 + width > innerWidth ? x - 16 - width : x + 16;
    const top = Math.max(8, Math.min(y - height / 2, innerHeight - height - 8));
    this.element.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
