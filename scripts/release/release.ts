import type { Commit } from "./commit.ts";
import type { Effort } from "./format/compress.ts";

/** What all packages of a release have in common. */
export interface Release {
  /** The project's folder. */
  readonly root: URL;
  readonly version: string;
  readonly commit: Commit;
  readonly effort: Effort;
}

/** A file of a release. */
export interface Package {
  readonly file: string;
  readonly content: Uint8Array;
}
