import * as v from "valibot";
import { LineReader } from "../plugin/protocol/lines.ts";
import { BINARY } from "./context.ts";
import { cpuSeconds, peakBytes } from "./process_usage.ts";

const replySchema = v.object({ id: v.number(), result: v.unknown() });
const reportSchema = v.object({ status: v.literal("ok"), series_id: v.optional(v.string()) });

/** How metrics come. */
export type Reports = "objects" | "series";

/** A host of our executable with many instances and several requests under way. */
export class BusyHost {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  /** The table that it holds of each instance. */
  readonly #seriesIds = new Map<string, string | undefined>();
  #lastId = 0;
  /** Bytes of all replies. */
  bytes = 0;

  private constructor() {
    this.#child = new Deno.Command(BINARY, { stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    void this.#read();
  }

  static async start(reports: Reports): Promise<BusyHost> {
    const host = new BusyHost();
    await host.#ask("initialize", { protocol_version: 1, capabilities: { reports } });
    return host;
  }

  /** Runs an instance. @throws {v.ValiError} when not all was well */
  async run(checkId: string, instance: object): Promise<void> {
    const params = { check_id: checkId, instance, series_id: this.#seriesIds.get(checkId) };
    this.#seriesIds.set(checkId, v.parse(reportSchema, await this.#ask("check/run", params)).series_id);
  }

  /** See {@linkcode peakBytes}. */
  peakBytes(): number {
    return peakBytes(this.#child.pid);
  }

  /** See {@linkcode cpuSeconds}. */
  cpuSeconds(): number {
    return cpuSeconds(this.#child.pid);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }

  async #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`));
    return await reply;
  }

  async #read(): Promise<void> {
    const lines = new LineReader(Infinity, (line) => {
      if (!("text" in line)) return;
      const { id, result } = v.parse(replySchema, JSON.parse(line.text));
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
    for await (const bytes of this.#child.stdout) {
      this.bytes += bytes.length;
      lines.push(bytes);
    }
  }
}
