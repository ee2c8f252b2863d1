import { spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import process from "node:process";
import { fileURLToPath } from "node:url";

export interface RunOptions {
  /** Where it runs. */
  readonly cwd: URL;
  /** Show its output only when it fails. */
  readonly quiet?: boolean;
  /** Show its output and keep it as well. */
  readonly capture?: boolean;
  /** Do not throw for another exit status than 0. */
  readonly mayFail?: boolean;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** It is killed after so many milliseconds. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end; its output, stdout and stderr together, is returned when it was kept. */
export async function run(
  command: readonly string[],
  options: RunOptions,
): Promise<{ status: number; output: string }> {
  const [program = "", ...args] = command;
  const keep = options.quiet || options.capture;
  const child = spawn(program, args, {
    cwd: fileURLToPath(options.cwd),
    env: { ...process.env, ...options.env },
    ...options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs },
    stdio: ["ignore", keep ? "pipe" : "inherit", keep ? "pipe" : "inherit"],
  });
  const pieces: Uint8Array[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (piece: Uint8Array) => {
      pieces.push(piece);
      if (options.capture) process.stderr.write(piece);
    });
  }
  const status = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  const output = Buffer.concat(pieces).toString("utf8");
  if (status !== 0 && !options.mayFail) {
    if (options.quiet) process.stderr.write(output);
    throw new Error(`${program} ${args[0] ?? ""}: exit status ${status}`);
  }
  return { status, output };
}
