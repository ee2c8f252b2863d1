import type { HttpResponse } from "../http/mod.ts";
import type { Code } from "../report/mod.ts";

/**
 * What happened, where somebody decides by it: TorchServe refused the key; it accepts none for this API at this address; what `token_key_file` names cannot be used;
 * somebody else wants credentials; the model is not there; the path is not there, or not with this method; what came is
 * not what this resource gives; time was over. `other`: the code and the message say all there is.
 */
export type TargetReason =
  | "key_refused"
  | "no_key_fits"
  | "key_file"
  | "credentials"
  | "no_such_model"
  | "no_such_resource"
  | "unexpected_body"
  | "too_large"
  | "out_of_time"
  | "other";

/** What a failure is, besides its words. */
export interface TargetFailure {
  readonly reason?: TargetReason;
  /** The response, where there is one to look at. */
  readonly response?: HttpResponse | undefined;
}

/** Why what a target gave cannot be used, in the report's words. */
export class TargetError extends Error {
  override readonly name = "TargetError";
  readonly reason: TargetReason;
  readonly response: HttpResponse | undefined;

  /** @param hint what the reader can do about it, one sentence */
  constructor(
    readonly code: Code,
    message: string,
    readonly hint?: string,
    { reason = "other", response }: TargetFailure = {},
  ) {
    super(message);
    this.reason = reason;
    this.response = response;
  }
}
