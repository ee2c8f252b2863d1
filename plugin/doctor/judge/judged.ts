import type { ModelVersion } from "../../checks/mod.ts";
import type { Endpoint } from "../gather/endpoint.ts";

/** A version of a model, with what belongs to it. */
export interface Judged {
  /** `alpha 1.0`, for people. */
  readonly name: string;
  /** What it was asked: `http://localhost:8081/models/alpha/all`. */
  readonly request: string;
  readonly version: ModelVersion;
  readonly isDefault: boolean;
  /** The same version a moment later. */
  readonly later: ModelVersion | undefined;
  readonly endpoint: Endpoint;
}
