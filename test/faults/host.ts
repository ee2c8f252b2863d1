import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import * as v from "valibot";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import type { Report } from "../../plugin/report/report.ts";
import type { Plugin } from "../support/plugin_process.ts";

/** What a whole process may take, in MiB, whatever comes. */
export const MOST_MIB = 400;

/** A reply of any kind: a result, or an error of the protocol. */
export type Reply = Readonly<Record<string, unknown>> & { readonly result?: unknown; readonly error?: unknown };

/**
 * A host that stays connected to one plugin process, validates every message against the protocol's schemas as it
 * comes, and keeps all output.
 */
export class Host {
  readonly child: ChildProcessWithoutNullStreams;
  /** The status and signal it ended with. */
  readonly ended: Promise<{ status: number | null; signal: string | null }>;
  readonly notifications: Reply[] = [];
  /** Replies with the id `null`: to lines that are no requests. */
  readonly anonymous: Reply[] = [];
  stdout = "";
  stderr = "";
  #unread: string[] = [];
  #nextId = 1;
  /** When the last byte of a reply came, before anything was done with it. */
  readonly #arrived = new Map<unknown, number>();
  readonly #replies = new Map<unknown, (reply: Reply) => void>();
  #failure: Error | undefined;

  constructor(
    { command }: Plugin,
    options: { args?: readonly string[]; env?: Record<string, string>; cwd?: string } = {},
  ) {
    const [program = "", ...args] = command;
    this.child = spawn(program, [...args, ...options.args ?? []], {
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.child.stdin.on("error", () => {});
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => this.stderr += text);
    this.ended = new Promise((resolve) => {
      this.child.on("close", (status, signal) => {
        this.#fail(new Error(`the plugin ended with ${status ?? signal}: ${this.stderr}`));
        resolve({ status, signal });
      });
    });
  }

  /** The process's id. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Sends a request; resolves with its reply. */
  ask(method: string, params?: unknown): Promise<Reply> {
    return this.send(method, params).reply;
  }

  /** Sends a request, and tells its id. */
  send(method: string, params?: unknown): { id: number; reply: Promise<Reply> } {
    const id = this.#nextId++;
    const reply = this.expect(id);
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return { id, reply };
  }

  /** Waits for the reply to a request that was written by hand. */
  expect(id: unknown): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      const late = setTimeout(() => reject(new Error(`no reply to ${id} within 30 s; ${this.stderr}`)), 30_000);
      this.#replies.set(id, (reply) => {
        clearTimeout(late);
        if ("failure" in reply) reject(reply["failure"]);
        else resolve(reply);
      });
    });
  }

  /** Runs an instance; its report is valid, or this throws. */
  async run(params: Record<string, unknown>): Promise<Report> {
    return (await this.timedRun(params)).report;
  }

  /** The same, with the time from the request to the last byte of the reply, in milliseconds. */
  async timedRun(params: Record<string, unknown>): Promise<{ report: Report; ms: number }> {
    const start = performance.now();
    const { id, reply: coming } = this.send("check/run", params);
    const reply = await coming;
    const ms = (this.#arrived.get(id) ?? Infinity) - start;
    this.#arrived.delete(id);
    assert.ok("result" in reply, JSON.stringify(reply).slice(0, 1_000));
    return { report: v.parse(messageSchemas.report, reply.result), ms };
  }

  write(bytes: string | Uint8Array): void {
    this.child.stdin.write(bytes);
  }

  /** Deno's own `child.kill` makes every end look like one by that signal. */
  signal(name: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    process.kill(this.pid, name);
  }

  /** Closes stdin and waits for the end. */
  async finish(): Promise<{ status: number | null; signal: string | null }> {
    this.child.stdin.end();
    return await this.ended;
  }

  #read(text: string): void {
    const now = performance.now();
    this.stdout += text;
    this.#unread.push(text);
    if (!text.includes("\n")) return;
    const lines = this.#unread.join("").split("\n");
    this.#unread = [lines.pop() ?? ""];
    for (const line of lines) {
      try {
        this.#take(v.parse(messageSchemas.output, JSON.parse(line)), now);
      } catch (thrown) {
        this.#fail(new Error(`no message of the protocol: ${line.slice(0, 300)}`, { cause: thrown }));
      }
    }
  }

  #take(message: Reply, now: number): void {
    if ("method" in message) this.notifications.push(message);
    else if (message["id"] === null) this.anonymous.push(message);
    else {
      this.#arrived.set(message["id"], now);
      this.#replies.get(message["id"])?.(message);
      this.#replies.delete(message["id"]);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const answer of this.#replies.values()) answer({ failure: error });
    this.#replies.clear();
  }
}

/** The most memory that a process has had at a time since {@linkcode forgetPeak}, in MiB. */
export function peakMiB(pid: number): number {
  const [, kilobytes = "NaN"] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1_024;
}

/** Lets {@linkcode peakMiB} start anew. */
export async function forgetPeak(pid: number): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

/** Waits until a condition holds, at most so long. */
export async function until(holds: () => boolean, timeoutMs = 5_000): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; !holds() && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return holds();
}
