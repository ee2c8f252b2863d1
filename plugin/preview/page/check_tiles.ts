import type { CheckData, Frame, Tile } from "../frame.ts";
import type { Content } from "./card.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";
import { clock, duration } from "./format.ts";

const WORDS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
const SIGNS = ["✓", "!", "✕", "?"];
/** More tiles than that have a line each; more than so many lines are squares. */
const MOST_LARGE = 3;
const MOST_LINES = 12;

/** A tile for each status: what it is, since when, and how it was. */
export class CheckTilesContent implements Content<CheckData> {
  readonly #list = el("ul", { class: "tiles" });
  readonly #summary = el("p", { class: "tiles-summary" });
  readonly element = el("div", { class: "checks" }, this.#summary, this.#list);
  readonly #tiles = new Keyed<Tile>(this.#list, makeTile, () => {});

  update({ tiles }: CheckData, frame: Frame): void {
    const isDense = tiles.length > MOST_LINES;
    this.element.classList.toggle("is-dense", isDense);
    this.element.classList.toggle("is-lines", !isDense && tiles.length > MOST_LARGE);
    // Only what may be scrolled is a stop of the keyboard.
    setAttribute(this.#list, "tabindex", tiles.length > MOST_LARGE ? "0" : undefined);
    const counts = WORDS.map((word, status) => [tiles.filter((tile) => tile.status === status).length, word] as const);
    this.#summary.hidden = !isDense;
    setText(
      this.#summary,
      counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).reverse().join(" · "),
    );
    this.#tiles.show(tiles, ({ label }) => label);
    for (const [i, element] of [...this.#list.children].entries()) {
      const tile = tiles[i];
      if (tile !== undefined) updateTile(element, tile, frame);
    }
  }
}

function makeTile(): HTMLElement {
  return el(
    "li",
    { class: "tile" },
    el("span", { class: "tile-sign", "aria-hidden": "true" }),
    el("span", { class: "tile-word" }),
    el("span", { class: "tile-label" }),
    el("span", { class: "tile-since" }),
    el("span", { class: "tile-message" }),
    el("span", { class: "strip", "aria-hidden": "true" }),
  );
}

function updateTile(element: Element, tile: Tile, { now }: Frame): void {
  const { label, status, since, message, course, asOf } = tile;
  const [sign, word, name, when, text, strip] = element.children;
  if (!sign || !word || !name || !when || !text || !strip) return;
  const isStale = asOf !== undefined;
  setAttribute(element, "data-status", isStale ? "none" : String(status));
  setAttribute(element, "title", [label, WORDS[status], message].filter(Boolean).join("\n"));
  setText(sign, isStale ? "–" : SIGNS[status] ?? "?");
  setText(word, isStale ? `no status since ${clock(asOf)}` : WORDS[status] ?? "UNKNOWN");
  setText(name, label);
  setText(when, `for ${duration(Math.max(0, now - since))}`);
  setText(text, status === 0 ? "" : message);
  while (strip.childElementCount > course.length) strip.lastElementChild?.remove();
  while (strip.childElementCount < course.length) strip.append(el("i"));
  for (const [i, part] of course.entries()) {
    const piece = strip.children[i];
    if (piece !== undefined) setAttribute(piece, "data-status", part === null ? undefined : String(part));
  }
}
