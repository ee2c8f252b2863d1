import type { Frame } from "../frame.ts";
import type { Layout, ViewLayout } from "../layout.ts";
import type { Shared } from "./card.ts";
import { el } from "./dom.ts";
import { MonitorPage } from "./monitor_page.ts";
import { WidgetCard } from "./widget_card.ts";
import { WallClock } from "./wall.ts";

/** A dashboard: its groups, and in each the cards of its widgets on a grid of twelve columns. */
export class ViewElement {
  readonly element = el("div", { class: "view" });
  readonly #cards: WidgetCard[] = [];
  readonly #monitors: MonitorPage | undefined;
  readonly #clock: WallClock | undefined;
  readonly #visible: IntersectionObserver;

  constructor({ name, groups }: ViewLayout, messages: Layout["messages"], isWall: boolean, shared: Shared) {
    this.#visible = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        this.#cards.find(({ element }) => element === target)?.seen(isIntersecting);
      }
    }, { rootMargin: "200px" });
    if (isWall) this.element.append((this.#clock = new WallClock()).element);
    for (const [i, group] of (isWall ? groups.slice(0, 1) : groups).entries()) {
      const grid = el("div", { class: "grid" });
      for (const [j, widget] of group.widgets.entries()) {
        const card = new WidgetCard(widget, shared, `w${i}-${j}`);
        this.#cards.push(card);
        grid.append(card.element);
      }
      const id = `group-${i}`;
      this.element.append(
        el(
          "section",
          { class: "group", "data-color": group.color, "aria-labelledby": id },
          el("h2", { id }, group.title),
          grid,
        ),
      );
    }
    if (name === "monitors") this.element.append((this.#monitors = new MonitorPage(messages)).element);
    for (const { element } of this.#cards) this.#visible.observe(element);
  }

  update(frame: Frame): void {
    this.#monitors?.update(frame);
    this.#clock?.update(frame);
    for (const [i, card] of this.#cards.entries()) {
      const data = frame.widgets[i];
      if (data !== undefined) card.update(data, frame);
    }
  }

  restyle(): void {
    for (const card of this.#cards) card.restyle();
  }

  close(): void {
    this.#visible.disconnect();
    for (const card of this.#cards) card.close();
  }
}
