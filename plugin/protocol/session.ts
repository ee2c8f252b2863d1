import { Buffer } from "node:buffer";
import * as v from "valibot";
import { type Instance, Instances, makeShared, MAX_INSTANCES, type Shared, StateDirectory } from "../run/mod.ts";
import { clip, oneLine } from "../text/mod.ts";
import type { Line } from "./lines.ts";
import type { LogLevel } from "../runtime/log_levels.ts";
import { compileAsUsual } from "../runtime/jit.ts";
import { collectRemains } from "../runtime/memory.ts";
import type { MethodResult } from "./method.ts";
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
  RPC,
  RpcError,
} from "./rpc.ts";
import type { WriteLine } from "./pieces.ts";
import { ReportMemory } from "./report_memory.ts";
import { writeReply } from "./reply.ts";

/** Requests under way at once; a host that sends more waits, and is answered all the same. */
const MAX_RUNNING = 256;
/** After so many requests, where there are as many instances, what they left behind is given back (bench: instances). */
const REQUESTS_TOGETHER = 125;
/** Most of a `check_id` that a message shows, in characters. */
const MAX_SHOWN_ID = 100;

/**
 * One conversation with a host: JSON-RPC 2.0, one message on each line (docs/protocol.md). Requests may overlap; replies come
 * as they finish.
 */
export class Session {
  readonly #writeLine: WriteLine;
  readonly #running = new Map<string, AbortController>();
  readonly #waiting: (() => void)[] = [];
  readonly #instances: Instances<ReportMemory>;
  readonly #maxInstances: number;
  #shared: Promise<Shared> | undefined;
  #states: StateDirectory | undefined;
  /** Resolves when the last `initialize` has been answered: what came after it waits for that. */
  #initialized: Promise<void> = Promise.resolve();
  #active = 0;
  #host: InitializeParams["host"];
  #maxMessageBytes: number | undefined;
  #asSeries = false;
  #idle: (() => void)[] = [];
  /** Once `shutdown` was asked for, nothing else is. */
  #closing = false;
  /** A host that has asked for a run and goes on asking stays connected. */
  #hasRun = false;
  #ended = 0;
  /** Called when the host asked to shut down and was answered. */
  onShutdown: () => void = () => {};

  /** @param maxInstances instances that are kept between runs */
  constructor(write: WriteLine, maxInstances = MAX_INSTANCES) {
    this.#writeLine = write;
    this.#maxInstances = maxInstances;
    this.#instances = new Instances(() => new ReportMemory(), (instance) => this.#dropped(instance), maxInstances);
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

  #notified(method: string, params: unknown): void {
    if (method !== "$/cancel") return;
    const read = v.safeParse(cancelParams(), params);
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
    const initialized = this.#initialized;
    let release = () => {};
    if (method === "initialize") this.#initialized = new Promise((resolve) => release = resolve);
    await initialized;
    const maxBytes = this.#maxMessageBytes;
    await this.#turn();
    try {
      writeReply(id, await this.#call(method, params, controller.signal), maxBytes, this.#writeLine);
    } catch (thrown) {
      this.#refuse(id, thrown, controller.signal);
    } finally {
      release();
      this.#running.delete(key);
      this.#active--;
      if (++this.#ended % REQUESTS_TOGETHER === 0 && this.#instances.count >= REQUESTS_TOGETHER) collectRemains();
      this.#waiting.shift()?.();
      if (this.#running.size === 0) this.#idle.splice(0).forEach((resolve) => resolve());
    }
  }

  /** Closes what runs kept for the next ones. */
  async close(): Promise<void> {
    (await this.#shared)?.close();
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
    if (this.#hasRun) compileAsUsual();
    this.#hasRun ||= method === "check/run";
    const run = await known();
    return await run(params, {
      instances: this.#instances,
      states: this.#states,
      shared: () => this.#shared ??= makeShared(),
      host: this.#host,
      asSeries: this.#asSeries,
      signal,
      log: (level, message, checkId) => this.#log(level, message, checkId),
      initialize: (asked) => {
        this.#host = asked.host;
        this.#maxMessageBytes = asked.max_message_bytes;
        this.#asSeries = asked.capabilities?.reports === "series";
        if (asked.state_dir === undefined || asked.state_dir === this.#states?.path) return;
        this.#states = new StateDirectory(asked.state_dir);
        this.#instances.forgetStates();
      },
    }, (schema) => readParams(schema, params, method));
  }

  /** Says that an instance was dropped, where nobody else remembers what its last run left. */
  #dropped({ key, isCheckId, state, isKeptByHost }: Instance<ReportMemory>): void {
    if (state === undefined || isKeptByHost || this.#states !== undefined) return;
    const which = isCheckId ? `the instance ${clip(oneLine(key), MAX_SHOWN_ID)}` : "the instance that ran longest ago";
    this.#log(
      "warning",
      `more than ${this.#maxInstances} instances: what ${which} remembered is dropped, so events and first counts of its ` +
        "next run are lost; set state_dir, or hand state over with each run",
      isCheckId ? key : undefined,
    );
  }

  #log(level: LogLevel, message: string, checkId: string | undefined): void {
    const params = JSON.stringify({ level, message, ...(checkId === undefined ? {} : { check_id: checkId }) });
    const line = notificationLine("log", params);
    if (Buffer.byteLength(line) <= (this.#maxMessageBytes ?? Infinity)) this.#write(line);
  }

  #write(line: string): void {
    this.#writeLine([line]);
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
