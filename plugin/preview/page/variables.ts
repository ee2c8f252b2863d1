import { el } from "./dom.ts";

const LABELS: Readonly<Record<string, string>> = {
  model_name: "Model",
  model_version: "Version",
  host: "Host",
  service: "Service",
};

/** A choice for each template variable of a view. */
export class VariableSelects {
  readonly element = el("div", { class: "variables" });
  readonly #selects = new Map<string, HTMLSelectElement>();
  #chosen: Readonly<Record<string, string>> = {};

  constructor(private readonly choose: (variables: Readonly<Record<string, string>>) => void) {}

  /** Shows those that a view has. */
  show(names: readonly string[], chosen: Readonly<Record<string, string>>): void {
    this.#chosen = chosen;
    if ([...this.#selects.keys()].join() !== names.join()) {
      this.#selects.clear();
      for (const name of names) this.#selects.set(name, this.#select(name));
      this.element.replaceChildren(
        ...[...this.#selects].map(([name, select]) => el("label", {}, el("span", {}, LABELS[name] ?? name), select)),
      );
    }
    for (const name of names) this.#offer(name, []);
  }

  /** Offers the values that were seen. */
  offer(values: Readonly<Record<string, readonly string[]>>): void {
    for (const [name, all] of Object.entries(values)) this.#offer(name, all);
  }

  #select(name: string): HTMLSelectElement {
    const select = el("select");
    select.addEventListener("change", () => {
      const { [name]: _, ...others } = this.#chosen;
      this.choose(select.value === "*" ? others : { ...others, [name]: select.value });
    });
    return select;
  }

  #offer(name: string, seen: readonly string[]): void {
    const select = this.#selects.get(name);
    if (select === undefined) return;
    const chosen = this.#chosen[name] ?? "*";
    const values = ["*", ...seen.includes(chosen) || chosen === "*" ? seen : [chosen, ...seen]];
    // Options that are made anew would close the list that somebody has just opened.
    if ([...select.options].map(({ value }) => value).join("\n") !== values.join("\n")) {
      select.replaceChildren(...values.map((value) => el("option", { value }, value === "*" ? "all" : value)));
    }
    if (select.value !== chosen) select.value = chosen;
  }
}
