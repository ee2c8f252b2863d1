import type { Frame } from "../frame.ts";
import type { Layout } from "../layout.ts";
import { el, setAttribute, setText, svg } from "./dom.ts";
import { clock, duration } from "./format.ts";
import { addressOf, parametersOf, type State } from "./state.ts";
import { switchTheme } from "./theme.ts";
import { VariableSelects } from "./variables.ts";

const RANGE_NAMES: Readonly<Record<number, string>> = {
  60: "1 min",
  300: "5 min",
  900: "15 min",
  3600: "1 h",
  21600: "6 h",
  0: "All",
};

export interface HeaderActions {
  choose(change: Partial<State>): void;
  pause(isPaused: boolean): void;
  /** The colors are others now. */
  theme(): void;
}

/** The top of the page: which view, of which time, for which model; and whether it is live. */
export class Header {
  readonly element: HTMLElement;
  readonly #tabs: ReadonlyMap<string, HTMLAnchorElement>;
  readonly #ranges: ReadonlyMap<number, HTMLButtonElement>;
  readonly #variables: VariableSelects;
  readonly #live = el("span", { class: "live" });
  readonly #dot = el("span", { class: "dot", "data-state": "waiting" });
  readonly #description = el("p", { class: "description" });
  readonly #export = el("a", { class: "button", download: "" }, "Save");
  readonly #wall = el("a", { class: "button" }, "Wall");
  #isPaused = false;

  constructor(
    private readonly layout: Layout,
    private readonly isLive: boolean,
    private readonly actions: HeaderActions,
  ) {
    this.#tabs = new Map(layout.views.map(({ name, title }) => {
      const link = el("a", { class: "tab" }, title);
      link.addEventListener("click", (event) => {
        event.preventDefault();
        actions.choose({ view: name });
      });
      return [name, link];
    }));
    this.#ranges = new Map(layout.ranges.map((range) => {
      const button = el("button", { type: "button" }, RANGE_NAMES[range] ?? duration(range));
      button.addEventListener("click", () => actions.choose({ range }));
      return [range, button];
    }));
    this.#variables = new VariableSelects((variables) => actions.choose({ variables }));
    this.#wall.addEventListener("click", (event) => {
      event.preventDefault();
      actions.choose({ isWall: true });
    });
    const ranges = el("div", { class: "ranges", role: "group", "aria-label": "Time that is shown" });
    ranges.append(...this.#ranges.values());
    const tabs = el("nav", { class: "tabs", "aria-label": "Dashboards" });
    tabs.append(...this.#tabs.values());
    const tools = el("div", { class: "tools" }, ...this.isLive ? [this.#pauseButton()] : [], this.#themeButton());
    if (isLive) tools.append(this.#wall, this.#export);
    const controls = el("div", { class: "controls" }, ...isLive ? [ranges, this.#variables.element] : [], tools);
    this.element = el(
      "header",
      { class: "top" },
      el("div", { class: "bar" }, brand(), tabs, el("p", { class: "status" }, this.#dot, this.#live)),
      el("div", { class: "bar" }, controls),
      this.#description,
    );
  }

  /** Shows what is chosen. */
  show(state: State): void {
    for (const [name, link] of this.#tabs) {
      setAttribute(link, "aria-current", name === state.view ? "page" : undefined);
      setAttribute(link, "href", this.isLive ? addressOf({ ...state, view: name as State["view"] }) : "#main");
    }
    for (const [range, button] of this.#ranges) setAttribute(button, "aria-pressed", String(range === state.range));
    const view = this.layout.views.find(({ name }) => name === state.view);
    setText(this.#description, view?.description ?? "");
    this.#variables.show(view?.variables ?? [], state.variables);
    setAttribute(this.#export, "href", `export?${parametersOf(state)}`);
    setAttribute(this.#wall, "href", addressOf({ ...state, isWall: true }));
  }

  update({ now, interval, variables }: Frame): void {
    const how = this.isLive ? `a run every ${duration(interval)}` : "saved";
    setText(this.#live, this.#isPaused ? `Paused · ${clock(now)}` : `${clock(now)} · ${how}`);
    if (this.isLive) this.connected(true);
    this.#variables.offer(variables);
  }

  connected(isConnected: boolean): void {
    setAttribute(this.#dot, "data-state", this.#isPaused ? "paused" : isConnected ? "live" : "gone");
  }

  #pauseButton(): HTMLButtonElement {
    const button = el("button", { type: "button", class: "button" }, "Pause");
    button.addEventListener("click", () => {
      this.#isPaused = !this.#isPaused;
      setText(button, this.#isPaused ? "Go on" : "Pause");
      this.connected(true);
      this.actions.pause(this.#isPaused);
    });
    return button;
  }

  #themeButton(): HTMLButtonElement {
    const button = el("button", { type: "button", class: "button" }, "Theme");
    button.addEventListener("click", () => {
      switchTheme();
      this.actions.theme();
    });
    return button;
  }
}

function brand(): HTMLElement {
  const mark = svg(
    "svg",
    { viewBox: "0 0 32 32", class: "mark" },
    svg("rect", { width: "32", height: "32", rx: "7", class: "mark-back" }),
    svg("path", { d: "M5 18h6l3-9 5 15 3-6h5", class: "mark-line" }),
  );
  return el("h1", { class: "brand" }, mark, el("span", {}, "TorchServe"), el("span", { class: "faint" }, "preview"));
}
