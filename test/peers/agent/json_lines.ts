import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { prepareAgent } from "./prepare.ts";

/** A Python script of this folder in a process of its own, which answers each line with one line, in their order. */
export class JsonLines {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string | Error) => void)[] = [];
  #errors = "";
  #ended: Error | undefined;

  private constructor(python: string, script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn(python, [path, ...args], { env: { ...withoutProxies(), ...env } });
    this.#child.stderr.on("data", (piece) => this.#errors = (this.#errors + piece).slice(-4_000));
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (cause) => this.#end(new Error(`${python} cannot run: ${cause.message}`)));
    this.#child.on("close", (status) => this.#end(new Error(`${script} ended (${status}): ${this.#errors}`)));
    const lines = createInterface({ input: this.#child.stdout, crlfDelay: Infinity });
    lines.on("line", (line) => this.#waiting.shift()?.(line));
  }

  /** Starts it with the Agent's runtime, which is installed first where there is none. */
  static async start(
    script: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<JsonLines> {
    return new JsonLines(await prepareAgent(), script, args, env);
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /** @throws {Error} when the process ends before it answers */
  async ask(request: unknown): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    const line = await new Promise<string | Error>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (line instanceof Error) throw line;
    return JSON.parse(line);
  }

  /** Ends its input and waits for its end. */
  async close(): Promise<void> {
    await this.#closed(() => this.#child.stdin.end());
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#closed(() => void this.#child.kill("SIGKILL"));
  }

  async #closed(end: () => void): Promise<void> {
    if (this.#ended !== undefined) return;
    const closed = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    end();
    await closed;
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const resolve of this.#waiting.splice(0)) resolve(this.#ended);
  }
}

/** The comparisons' servers are on this machine. */
function withoutProxies(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
}
