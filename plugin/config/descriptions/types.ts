/** What documents say about an option beside its schema. */
export interface OptionDescription {
  /** The type in a person's words: `boolean`, `list of strings`. */
  readonly type: string;
  /**
   * Full sentences, in paragraphs divided by an empty line. A paragraph whose lines begin with a blank is shown as it
   * stands.
   */
  readonly text: string;
  /** Shown as the value in the example configuration; where there is none, the default is shown. */
  readonly example?: unknown;
  /** Shown instead of the default. */
  readonly displayDefault?: string;
  /** For rare cases: the host's own example and forms leave it out. */
  readonly hidden?: boolean;
}
