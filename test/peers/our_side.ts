import type { Mode } from "./case.ts";
import type { Submissions } from "./submissions.ts";

/** Our side of a comparison: what a host gets of us. */
export interface OurSide {
  /**
   * A sequence of runs of one instance.
   *
   * @param mode how a host runs it, where there are several ways
   */
  submissions(mode: Mode, instance: Readonly<Record<string, unknown>>): Promise<() => Promise<Submissions>>;
}
