import type { Content } from "./root.ts";

/** One thing that is installed. */
export interface Item {
  /** As programs of the machine see it. */
  readonly path: string;
  /**
   * What it is to people. A `program` is ours: a changed one is not touched, and then the installation is not done. A
   * `configuration` is theirs once it is there: a changed or a removed one stays as they left it. A `first` one is made
   * where there is none, and never again.
   */
  readonly kind: "program" | "configuration" | "first";
  readonly mode: number;
  /** The group that may read it. */
  readonly group?: string | undefined;
  /** What it holds; `undefined`: there is nothing to install. Asked only where it is needed. */
  readonly content: () => Promise<Content | undefined>;
}
