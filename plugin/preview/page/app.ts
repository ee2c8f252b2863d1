import type { Frame } from "../frame.ts";
import type { Layout } from "../layout.ts";
import { Announcer } from "./announcer.ts";
import { el, setText } from "./dom.ts";
import { type Feed, LiveFeed, SavedFeed } from "./feed.ts";
import { dayAndClock } from "./format.ts";
import { Header } from "./header.ts";
import { addressOf, readState, type State } from "./state.ts";
import { TargetList } from "./targets.ts";
import { applyTheme } from "./theme.ts";
import { Tooltip } from "./tooltip.ts";
import { ViewElement } from "./view.ts";

/** The whole page: what is chosen, what came last, and what shows it. */
export class App {
  #state: State;
  #frame: Frame | undefined;
  #isPaused = false;
  #view: ViewElement | undefined;
  readonly #feed: Feed;
  readonly #header: Header;
  readonly #targets = new TargetList();
  readonly #announcer = new Announcer();
  readonly #tooltip = new Tooltip();
  readonly #notice = el("p", { class: "notice", role: "status", hidden: "" });
  readonly #main = el("main", { id: "main", tabindex: "-1" });

  constructor(private readonly layout: Layout, frames: readonly Frame[] | undefined) {
    this.#state = readState(location.search, layout);
    const listener = {
      onFrame: (frame: Frame) => this.#onFrame(frame),
      onConnection: (isConnected: boolean) => this.#onConnection(isConnected),
    };
    this.#feed = frames === undefined ? new LiveFeed(listener) : new SavedFeed(frames, listener);
    if (frames?.[0] !== undefined) this.#state = { ...this.#state, view: frames[0].view };
    this.#header = new Header(layout, this.#feed.isLive, {
      choose: (change) => this.#choose(change),
      pause: (isPaused) => this.#pause(isPaused),
      theme: () => this.#view?.restyle(),
    });
  }

  start(): void {
    applyTheme();
    document.body.append(
      el("a", { class: "skip", href: "#main" }, "Skip to the dashboard"),
      this.#header.element,
      this.#notice,
      this.#targets.element,
      this.#main,
      this.#announcer.element,
      this.#tooltip.element,
    );
    addEventListener("popstate", () => {
      this.#state = readState(location.search, this.layout);
      this.#show();
    });
    addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#state.isWall) this.#choose({ isWall: false });
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      applyTheme();
      this.#view?.restyle();
    });
    this.#show();
  }

  #choose(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#feed.isLive) history.pushState(null, "", addressOf(this.#state));
    this.#show();
  }

  #pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused && this.#frame !== undefined) this.#draw(this.#frame);
  }

  /** Builds the chosen view, and asks for its frames. */
  #show(): void {
    const { view, isWall } = this.#state;
    const layout = this.layout.views.find(({ name }) => name === view);
    if (layout === undefined) return;
    document.documentElement.classList.toggle("wall", isWall);
    this.#view?.close();
    this.#view = new ViewElement(layout, this.layout.messages, isWall, {
      announcer: this.#announcer,
      tooltip: this.#tooltip,
    });
    this.#main.replaceChildren(this.#view.element);
    this.#header.show(this.#state);
    document.title = `${layout.title} · TorchServe preview`;
    this.#feed.follow(this.#state);
  }

  #onFrame(frame: Frame): void {
    this.#frame = frame;
    if (!this.#feed.isLive) this.#say(`Saved on ${dayAndClock(frame.now)}: nothing on this page changes any more.`);
    if (!this.#isPaused) this.#draw(frame);
  }

  #draw(frame: Frame): void {
    if (frame.view !== this.#state.view) return;
    const start = performance.now();
    this.#header.update(frame);
    this.#targets.update(frame);
    this.#view?.update(frame);
    performance.measure("draw", { start, end: performance.now() });
    performance.clearMeasures("draw");
  }

  #onConnection(isConnected: boolean): void {
    this.#header.connected(isConnected);
    const since = this.#frame === undefined ? "" : ` What is shown is of ${dayAndClock(this.#frame.now)}.`;
    this.#say(isConnected ? undefined : `torchserve-check does not answer: it has ended, or is busy.${since}`);
  }

  #say(text: string | undefined): void {
    this.#notice.hidden = text === undefined;
    if (text !== undefined) setText(this.#notice, text);
  }
}
