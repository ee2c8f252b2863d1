import type { Case } from "./case.ts";
import type { Submissions } from "./submissions.ts";

/** One scrape's results, to be settled. */
export interface Results {
  readonly ours: Submissions;
  /** Of the case that the filters made for the Agent. */
  readonly agent: Submissions;
  /** Of the case itself. */
  readonly rawAgent: Submissions;
}

/**
 * An intended difference: the file name of its record in `docs/decisions/`, and the filter. A filter says what the Agent
 * would have to be given to submit the same (`forAgent`), or what in the results stands for the difference (`settle`).
 * All else must be equal.
 */
export interface Difference {
  readonly record: string;
  /** Whether a case can show it. */
  readonly applies: (made: Case) => boolean;
  readonly forAgent?: (made: Case) => Case;
  readonly settle?: (results: Results, made: Case, scrape: number) => Results;
  /** The payload's size and number of samples are others then: telemetry is left out. */
  readonly otherPayload?: boolean;
}
