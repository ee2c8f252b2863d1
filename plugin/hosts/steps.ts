/** What is done with one path. */
export type Action =
  | "create"
  | "replace"
  /** It is as it should be. */
  | "same"
  /** It is the user's, and stays. */
  | "keep"
  /** It would have to be another one, and is not ours to replace. */
  | "blocked"
  | "remove";

/** One step of an installation or of its removal. */
export interface Step {
  readonly path: string;
  readonly action: Action;
  /** Why, or how. */
  readonly note: string;
}

/** What was done, or would be. */
export interface Outcome {
  readonly steps: readonly Step[];
  /** What to know besides, in sentences. */
  readonly notes: readonly string[];
  /** What will go wrong unless somebody acts. */
  readonly warnings: readonly string[];
  /** Whether all is as it should be. */
  readonly isDone: boolean;
  /** The version that was installed before. */
  readonly before?: string | undefined;
}
