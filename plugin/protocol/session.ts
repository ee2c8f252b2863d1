import * as v from "valibot";
import type { LogLevel } from "../runtime/log_levels.ts";
import { HttpShared } from "../http/mod.ts";
import type { Line } from "./lines.ts";
import { cancelParams, type InitializeParams } from "./params.ts";
import { METHODS } from "./methods/mod.ts";
import {
  errorLine,
  type Id,
  idSchema,
  messageSchema,
  notificationLine,
  readParams,
  resultLine,
  resultPieces,
  RPC,
  RpcError,
} from "./rpc.ts";
import { splitValue } from "./split.ts";
import { StateStore } from "../run/state_store.ts";

/** What a method works with besides its params. */
export interface MethodContext {
  readonly states: StateStore;
  /** What the session's runs share. */
  readonly http: HttpShared;
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

/** JSON in pieces; bytes are valid until the next piece is asked for, with `onWritten` until that is called. */
export interface JsonPieces {
  readonly pieces: Iterable<Piece>;
  readonly onWritten?: (() => void) | undefined;
}

/** Text, or bytes of it. */
export type Piece = string | Uint8Array;

/** Takes one line, newline included, in as many pieces as its writer found convenient; see {@linkcode JsonPieces}. */
export type WriteLine = (pieces: Iterable<Piece>, onWritten?: () => void) => void;

/** Requests under way at once; a host that sends more waits, and is answered all the same. */
const MAX_RUNNING = 256;

/**
 * One conversation with a host: JSON-RPC 2.0, a message a line (docs/protocol.md). Requests may overlap; replies come
 * as they finish.
 */
export class Session {
  readonly #writeLine: WriteLine;
  readonly #running = new Map<string, AbortController>();
  readonly #waiting: (() => void)[] = [];
  readonly #states = new StateStore();
  readonly #http = new HttpShared();
  #active = 0;
  #host: InitializeParams["host"];
  #maxMessageBytes: number | undefined;
  #idle: (() => void)[] = [];
  /** Once `shutdown` was asked for, nothing else is. */
  #closing = false;
  /** Called when the host asked to shut down and was answered. */
  onShutdown: () => void = () => {};

  constructor(write: WriteLine) {
    this.#writeLine = write;
  }

  /** Takes one line of input. */
  receive(line: Line): void {
    if ("tooLong" in line) {
      this.#fail(null, RPC.invalidRequest, `a line of ${line.tooLong} bytes is too long`);
      return;
    }
    const text = line.text.trim();
    if (text === "") return;
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (thrown) {
      this.#fail(null, RPC.parseError, `this line is not JSON: ${thrown instanceof Error ? thrown.message : thrown}`);
      return;
    }
    const message = v.safeParse(messageSchema, parsed);
    if (!message.success) {
      this.#fail(idOf(parsed), RPC.invalidRequest, invalidRequest(parsed, message.issues[0]));
      return;
    }
    const { id, method, params } = message.output;
    if (id === undefined) this.#notified(method, params);
    else void this.#request(id, method, params);
  }

  /** Resolves when every request has been answered. */
  async finished(): Promise<void> {
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Closes the connections that runs have left open for the next ones. */
  close(): void {
    this.#http.close();
  }

  #notified(method: string, params: unknown): void {
    if (method !== "$/cancel") return;
    const read = v.safeParse(cancelParams, params);
    if (read.success) this.#running.get(JSON.stringify(read.output.id))?.abort();
  }

  async #request(id: Id, method: string, params: unknown): Promise<void> {
    const key = JSON.stringify(id);
    if (this.#closing) return this.#fail(id, RPC.invalidRequest, "shutdown was asked for: no more requests");
    if (this.#running.has(key)) return this.#fail(id, RPC.invalidRequest, `id ${key} is in use`);
    if (method === "shutdown") {
      this.#closing = true;
      await this.finished();
      this.#write(resultLine(id, "null"));
      this.onShutdown();
      return;
    }
    const controller = new AbortController();
    this.#running.set(key, controller);
    await this.#turn();
    try {
      this.#reply(id, await this.#call(method, params, controller.signal));
    } catch (thrown) {
      this.#refuse(id, thrown, controller.signal);
    } finally {
      this.#running.delete(key);
      this.#active--;
      this.#waiting.shift()?.();
      if (this.#running.size === 0) this.#idle.splice(0).forEach((resolve) => resolve());
    }
  }

  async #turn(): Promise<void> {
    while (this.#active >= MAX_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active++;
  }

  async #call(method: string, params: unknown, signal: AbortSignal): Promise<MethodResult> {
    const known = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (known === undefined) {
      throw new RpcError(
        RPC.methodNotFound,
        `unknown method ${JSON.stringify(method.slice(0, 100))}: there are ${
          Object.keys(METHODS).join(", ")
        }, shutdown`,
      );
    }
    signal.throwIfAborted();
    const run = await known();
    return await run(params, {
      states: this.#states,
      http: this.#http,
      host: this.#host,
      signal,
      log: (level, message, checkId) => this.#log(level, message, checkId),
      initialize: (asked) => {
        this.#host = asked.host;
        this.#maxMessageBytes = asked.max_message_bytes;
        if (asked.state_dir !== undefined) this.#states.useDirectory(asked.state_dir);
      },
    }, (schema) => readParams(schema, params, method));
  }

  #log(level: LogLevel, message: string, checkId: string | undefined): void {
    const params = JSON.stringify({ level, message, ...(checkId === undefined ? {} : { check_id: checkId }) });
    const line = notificationLine("log", params);
    if (this.#fits(line)) this.#write(line);
  }

  #fits(line: string): boolean {
    return this.#maxMessageBytes === undefined || new TextEncoder().encode(line).length <= this.#maxMessageBytes;
  }

  #reply(id: Id, { value, json }: MethodResult): void {
    const { pieces, onWritten }: JsonPieces = json?.() ?? { pieces: [JSON.stringify(value)] };
    if (this.#maxMessageBytes === undefined) {
      this.#writeLine(resultPieces(id, pieces), onWritten);
      return;
    }
    const whole = textOf(resultPieces(id, pieces));
    onWritten?.();
    if (this.#fits(whole)) this.#write(whole);
    else this.#replyInParts(id, value);
  }

  #write(line: string): void {
    this.#writeLine([line]);
  }

  #replyInParts(id: Id, value: unknown): void {
    const limit = this.#maxMessageBytes ?? Infinity;
    const part = (json: string) => notificationLine("report", `{"id":${JSON.stringify(id)},"part":${json}}`);
    const frame = part("").length + JSON.stringify(id).length * 3;
    const isObject = typeof value === "object" && value !== null;
    let split = isObject ? splitValue(value, limit - frame) : undefined;
    if (isObject && split !== undefined && split.dropped > 0 && "warnings" in value && Array.isArray(value.warnings)) {
      const said = `max_message_bytes: limit ${limit}, ${split.dropped} elements are longer and were dropped`;
      split = splitValue({ ...value, warnings: [...value.warnings, { code: "limit", message: said }] }, limit - frame);
    }
    if (split === undefined) {
      this.#fail(id, RPC.internalError, `the result cannot be cut into lines of ${limit} bytes (max_message_bytes)`);
      return;
    }
    for (const json of split.parts) this.#write(part(json));
    this.#write(resultLine(id, split.rest));
  }

  #refuse(id: Id, thrown: unknown, signal: AbortSignal): void {
    if (signal.aborted) this.#fail(id, RPC.cancelled, "cancelled by the host");
    else if (thrown instanceof RpcError) this.#fail(id, thrown.code, thrown.message);
    else this.#fail(id, RPC.internalError, thrown instanceof Error ? thrown.message : String(thrown));
  }

  #fail(id: Id, code: number, message: string): void {
    this.#write(errorLine(id, { code, message: message.slice(0, 1_000) }));
  }
}

/** All pieces together. */
export function textOf(pieces: Iterable<Piece>): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const piece of pieces) text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });
  return text;
}

function invalidRequest(message: unknown, issue: v.BaseIssue<unknown>): string {
  if (Array.isArray(message)) return "batches are not supported: send one message a line";
  return `no JSON-RPC 2.0 request: ${
    v.getDotPath(issue) ?? "the message"
  }: expected ${issue.expected}, received ${issue.received}`;
}

/** The id of a message that is no valid request, for the reply to carry. */
function idOf(message: unknown): Id {
  if (typeof message !== "object" || message === null || !("id" in message)) return null;
  const id = v.safeParse(idSchema, message.id);
  return id.success ? id.output : null;
}
