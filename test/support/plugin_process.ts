import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** One way to run the plugin. */
export interface Plugin {
  readonly name: string;
  readonly command: readonly string[];
}

/** The permissions that users give on Deno. */
const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

/** The compiled binary; `deno task test` builds it first. */
export const BINARY: Plugin = { name: "binary", command: [`${root}dist/torchserve-check`] };

/** Names those that are tested, `binary` or `sources`; all where it is not set. */
export const ONLY_VARIABLE = "TORCHSERVE_CHECK_TESTED";

/** The sources on both runtimes. */
const SOURCES: readonly Plugin[] = [
  { name: "Deno", command: [Deno.execPath(), "run", "--quiet", "--no-check", ...PERMISSIONS, `${root}plugin/main.ts`] },
  { name: "Bun", command: [`${root}node_modules/.bin/bun`, `${root}plugin/main.ts`] },
];

/** The sources on both runtimes, and the compiled binary, or those that {@linkcode ONLY_VARIABLE} names. */
export const PLUGINS: readonly Plugin[] = pluginsNamed(process.env[ONLY_VARIABLE]);

function pluginsNamed(only: string | undefined): readonly Plugin[] {
  if (only === "binary") return [BINARY];
  return only === "sources" ? SOURCES : [...SOURCES, BINARY];
}

/** How a process ended, and all it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running plugin process, with its output as lines. */
export class PluginProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";
  #nextId = 1;

  constructor({ command }: Plugin, { args = [], cwd, env = {} }: StartOptions = {}) {
    const [program = "", ...first] = command;
    if (program.includes("/dist/") && !existsSync(program)) {
      throw new Error("dist/torchserve-check: deno task build first");
    }
    this.child = spawn(program, [...first, ...args], { cwd, env: { ...process.env, ...env } });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => this.#stdout += text);
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => this.#stderr += text);
    this.child.stdin.on("error", () => {});
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (status) => resolve({ status, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  /** What it has written to stdout so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** What it has written to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  /** Sends a request, and waits for its reply. */
  async ask(method: string, params?: unknown): Promise<Record<string, unknown>> {
    const id = this.#nextId++;
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return await this.reply(id);
  }

  /** Waits for the reply to a request. */
  async reply(id: unknown, timeoutMs = 20_000): Promise<Record<string, unknown>> {
    const until = Date.now() + timeoutMs;
    while (Date.now() < until) {
      const found = this.messages().find((message) => message["id"] === id && !("method" in message));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`no reply to ${id} within ${timeoutMs} ms; stderr: ${this.#stderr}`);
  }

  /** All complete lines of stdout, as JSON. */
  messages(): Record<string, unknown>[] {
    return this.#stdout.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /** Sends a signal; Deno's own `child.kill` makes every end look like one by that signal. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.child.pid !== undefined) process.kill(this.child.pid, name);
  }

  /** Closes stdin and waits for the end. */
  async finish(): Promise<Ended> {
    this.child.stdin.end();
    return await this.ended;
  }
}

/** Runs the plugin with this input to its end. */
export async function runPlugin(plugin: Plugin, input: string, options: StartOptions = {}): Promise<Ended> {
  const running = new PluginProcess(plugin, options);
  running.write(input);
  return await running.finish();
}

/** One request line. */
export function request(method: string, params?: unknown, id: unknown = 1): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
}
