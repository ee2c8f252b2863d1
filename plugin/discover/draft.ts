/** A plain value of an option. */
export type Scalar = string | boolean | number;

/** Options by their names in the file. */
export type InstanceOptions = Readonly<Record<string, Scalar | Readonly<Record<string, Scalar>>>>;

/** An instance of the configuration that is made, with what is said of it. */
export interface InstanceDraft {
  /** Paragraphs that stand above it. */
  readonly comments: readonly string[];
  readonly instance: InstanceOptions;
  /** What else a person may want to set, and what that does. */
  readonly suggestions: readonly Suggestion[];
  /** It is commented out where it could not work. */
  readonly active: boolean;
}

/** Options that are written as comments. */
export interface Suggestion {
  readonly comment: string;
  readonly options: InstanceOptions;
}

/** One TorchServe. */
export interface ServerDraft {
  readonly heading: string;
  readonly instances: readonly InstanceDraft[];
}

/** A configuration that was made from what was found. */
export interface ConfigDraft {
  readonly servers: readonly ServerDraft[];
  /** What was looked for and not found, and why. */
  readonly notes: readonly string[];
}
