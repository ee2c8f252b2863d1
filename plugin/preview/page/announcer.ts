import { el, setText } from "./dom.ts";

/** The line that screen readers tell when it changes: where the cursor of a chart is. */
export class Announcer {
  readonly element = el("p", { class: "hidden", "aria-live": "polite", role: "status" });

  say(text: string): void {
    setText(this.element, text);
  }
}
