import type * as v from "valibot";
import type { LogLevel } from "../runtime/log_levels.ts";
import type { Instances, Shared, StateDirectory } from "../run/mod.ts";
import type { JsonPieces } from "./pieces.ts";
import type { ReportMemory } from "./report_memory.ts";
import type { InitializeParams } from "./params.ts";

/** What a method works with besides its params. */
export interface MethodContext {
  /** What the session keeps of instances; beside each, how its reports were written. */
  readonly instances: Instances<ReportMemory>;
  /** Where the host wants states to be kept; `undefined`: in memory. */
  readonly states: StateDirectory | undefined;
  /** What the session's runs share. */
  readonly shared: () => Promise<Shared>;
  /** What the host said of itself. */
  readonly host: InitializeParams["host"];
  /** Whether the host wants reports as series. */
  readonly asSeries: boolean;
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
  /** What is written in lines of so many bytes, in place of `value` where it can be cut so without a loss. */
  readonly inLines?: (maxBytes: number) => object;
  /** Called when it is written. */
  readonly onDone?: () => void;
}

/** Reads the params by a schema, or refuses the request. */
export type ReadParams = <const Schema extends v.GenericSchema>(schema: Schema) => v.InferOutput<Schema>;

/** One method: from params to a result. */
export type Method = (
  params: unknown,
  context: MethodContext,
  read: ReadParams,
) => MethodResult | Promise<MethodResult>;
