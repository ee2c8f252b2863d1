/**
 * The shape of `assets/configuration/spec.yaml`, from which the Agent's tools make `conf.yaml.example`: files, their
 * sections, and in these options. Version 40.0.1 of `datadog-checks-dev` reads it.
 */

/** What an option may be: the part of OpenAPI 3.0's schemas that the specification knows. */
export type SpecValue = Readonly<Record<string, unknown>>;

interface Common {
  readonly name: string;
  /** Lines, broken as the example shows them. */
  readonly description: string;
  /** The Agent's own template, of which nothing is shown but what stands in it beside its description. */
  readonly template?: string;
}

/** An option with a value. */
export interface SpecOption extends Common {
  readonly value: SpecValue;
  /** It is not commented out. */
  readonly required?: boolean;
  readonly secret?: boolean;
}

/** One of the instances of a file, with its options; the first of them is not commented out. */
export interface SpecInstance extends Common {
  readonly options: readonly SpecOption[];
}

/** A section of a file. */
export type SpecSection =
  | (Common & { readonly kind: "options"; readonly options: readonly SpecOption[] })
  | (Common & { readonly kind: "instances"; readonly instances: readonly SpecInstance[] })
  | (Common & { readonly kind: "text"; readonly example: unknown })
  | (SpecOption & { readonly kind: "option" });

/** A file that the Agent's tools make. */
export interface SpecFile {
  readonly name: string;
  readonly sections: readonly SpecSection[];
}
