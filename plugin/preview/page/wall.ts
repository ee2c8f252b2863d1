import type { Frame } from "../frame.ts";
import { el, setAttribute, setText } from "./dom.ts";
import { clock } from "./format.ts";

/** The line at the top of the wall: whether all targets answer, and of when the numbers are. */
export class WallClock {
  readonly #state = el("span", { class: "wall-state" });
  readonly #time = el("span", { class: "wall-time" });
  readonly element = el("div", { class: "wall-line" }, el("h1", {}, "TorchServe"), this.#state, this.#time);

  update({ targets, now }: Frame): void {
    const down = targets.filter(({ status }) => status === "error").length;
    const odd = targets.filter(({ status }) => status === "partial").length;
    setAttribute(this.element, "data-status", down > 0 ? "error" : odd > 0 ? "partial" : "ok");
    setText(
      this.#state,
      down > 0
        ? `${down} of ${targets.length} do not answer`
        : odd > 0
        ? `${odd} of ${targets.length} give not all`
        : `${targets.length} of ${targets.length} answer`,
    );
    setText(this.#time, clock(now));
  }
}
