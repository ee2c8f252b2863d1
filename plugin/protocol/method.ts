import type * as v from "valibot";
import type { LogLevel } from "../runtime/log_levels.ts";
import type { Instances, Shared, StateDirectory } from "../run/mod.ts";
import type { EncodedMetrics } from "./encoded_metrics.ts";
import type { JsonPieces } from "./pieces.ts";
import type { InitializeParams } from "./params.ts";

/** What a method works with besides its params. */
export interface MethodContext {
  /** What the session keeps of instances; beside each, how its reports were written. */
  readonly instances: Instances<EncodedMetrics>;
  /** Where the host wants states to be kept; `undefined`: in memory. */
  readonly states: StateDirectory | undefined;
  /** What the session's runs share. */
  readonly shared: () => Promise<Shared>;
  /** What the host said of itself. */
  readonly host: InitializeParams["host"];
  /** Aborted by `$/cancel`. */
  readonly signal: AbortSignal;
  /** Sends a `log` notification. */
  readonly log: (level: LogLevel, message: string, checkId?: string) => void;
  readonly initialize: (params: InitializeParams) => void;
}

/** A result: a value, and its JSON in pieces where that can be made faster than by `JSON.stringify`. */
export interface MethodResult {
  readonly value: unknown;
  readonly json?: () => JsonPieces;
}

/** Reads the params by a schema, or refuses the request. */
export type ReadParams = <const Schema extends v.GenericSchema>(schema: Schema) => v.InferOutput<Schema>;

/** One method: from params to a result. */
export type Method = (
  params: unknown,
  context: MethodContext,
  read: ReadParams,
) => MethodResult | Promise<MethodResult>;
