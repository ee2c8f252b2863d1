import type { NoteData } from "../frame.ts";
import type { Content } from "./card.ts";
import { el, setText } from "./dom.ts";

/** A text. */
export class NoteContent implements Content<NoteData> {
  readonly element = el("p", { class: "note" });

  update({ text }: NoteData): void {
    setText(this.element, text);
  }
}
