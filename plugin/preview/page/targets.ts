import type { Frame, Target } from "../frame.ts";
import { el, Keyed, setAttribute, setText } from "./dom.ts";
import { clock } from "./format.ts";

const KINDS: Readonly<Record<string, string>> = {
  openmetrics: "metrics",
  inference: "inference API",
  management: "management API",
  metrics_log: "metrics log",
  configuration: "configuration",
};
const WORDS: Readonly<Record<Target["status"], string>> = {
  ok: "ok",
  partial: "incomplete",
  error: "no answer",
  waiting: "first run",
};
const SIGNS: Readonly<Record<Target["status"], string>> = { ok: "✓", partial: "!", error: "✕", waiting: "…" };

/** What is watched, and how the last run of each went. */
export class TargetList {
  readonly element: HTMLElement;
  readonly #items: Keyed<Target>;

  constructor() {
    const list = el("ul", {});
    this.element = el("section", { class: "targets", "aria-label": "What is watched" }, list);
    this.#items = new Keyed(list, makeItem, updateItem);
  }

  update({ targets }: Frame): void {
    this.#items.show(targets, ({ kind, name }) => `${kind} ${name}`);
  }
}

function makeItem({ kind, name }: Target): HTMLElement {
  return el(
    "li",
    {},
    el("span", { class: "sign" }),
    el("span", { class: "kind" }, KINDS[kind] ?? kind),
    el("span", { class: "name" }, name),
    el("span", { class: "word" }),
    el("span", { class: "why" }),
  );
}

function updateItem(item: HTMLElement, { status, since, milliseconds, message, hint }: Target): void {
  setAttribute(item, "data-status", status);
  const [sign, , , word, why] = item.children;
  if (sign === undefined || word === undefined || why === undefined) return;
  setText(sign, SIGNS[status]);
  setText(word, status === "ok" ? `${milliseconds} ms` : `${WORDS[status]} since ${clock(since)}`);
  setText(why, status === "ok" ? "" : [message, hint].filter((text) => text !== "").join(": "));
}
