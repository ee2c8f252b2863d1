/** Builds the page without any text ever being read as markup. */

export type Child = Node | string | undefined;

/** An element with attributes and children. `style` cannot be one: the page's policy refuses it. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** An element of SVG, not told to screen readers. */
export function svg(
  tag: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Node[]
): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (tag === "svg") element.setAttribute("aria-hidden", "true");
  element.append(...children);
  return element;
}

/** Sets a text where it is another one: what did not change must not be laid out anew. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets or removes an attribute where it is another one. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Elements of a list that stay while their items do, so that focus, scroll and what is opened stay as well. */
export class Keyed<T> {
  readonly #elements = new Map<string, HTMLElement>();

  constructor(
    private readonly parent: Element,
    private readonly make: (item: T) => HTMLElement,
    private readonly update: (element: HTMLElement, item: T) => void,
  ) {}

  /** Shows these items, in this order. */
  show(items: readonly T[], key: (item: T) => string): void {
    const wanted = new Set<string>();
    let next = this.parent.firstElementChild;
    for (const item of items) {
      let name = key(item);
      while (wanted.has(name)) name += "+";
      wanted.add(name);
      let element = this.#elements.get(name);
      if (element === undefined) this.#elements.set(name, element = this.make(item));
      this.update(element, item);
      if (element === next) next = next.nextElementSibling;
      else this.parent.insertBefore(element, next);
    }
    for (const [name, element] of this.#elements) {
      if (wanted.has(name)) continue;
      element.remove();
      this.#elements.delete(name);
    }
  }
}
