import type { ServiceStatus } from "./report.ts";

/** A version of a model, as people are shown it. */
export interface ModelRow {
  readonly model: string;
  readonly version: string;
  /** It answers requests that name no version. */
  readonly isDefault: boolean;
  readonly workersReady: number;
  readonly workersWanted: number;
  /** Requests that wait; absent where the server does not tell. */
  readonly queuePending?: number;
  /** How many more may wait. */
  readonly queueRoom?: number;
  /** Of all of its workers together. */
  readonly memoryBytes?: number;
  readonly health: ServiceStatus;
  /** Why the health is not OK; `""` where it is. */
  readonly message: string;
}

/** The models that a run looked at. */
export interface Models {
  /** The service check that tells their health, by its full name. */
  readonly check: string;
  /** Whether that service check is in the report; else only people are told. */
  readonly isSubmitted: boolean;
  readonly rows: readonly ModelRow[];
}

/** Why something is not there that somebody may look for. */
export interface Note {
  readonly text: string;
  /** What may be pasted into the instance, as it stands. */
  readonly paste?: readonly string[];
}

/** Why a run is not well, as far as somebody looked into that. */
export interface Cause {
  readonly message: string;
  readonly remedy?: string;
}

/** What a run tells people besides its report, which has what is submitted. */
export interface Insight {
  models?: Models;
  readonly cause?: Cause;
  readonly notes: Note[];
}
