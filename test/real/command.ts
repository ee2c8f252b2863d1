import { spawn } from "node:child_process";

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to stdout and stderr.
 * @throws {Error} with the end of its output, when it fails.
 */
export function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let output = "";
    const collect = (chunk: Uint8Array) => output = (output + new TextDecoder().decode(chunk)).slice(-20_000);
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}

/** Whether a program can be run and ends well. */
export async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(program, args);
    return true;
  } catch {
    return false;
  }
}
