import { execFileSync } from "node:child_process";
import { arch, cpus, loadavg, platform, totalmem } from "node:os";
import { BUN } from "./context.ts";

/** What the figures depend on; nothing that names the machine. */
export function describeMachine(): readonly string[] {
  const [cpu] = cpus();
  const gigabytes = (totalmem() / 1e9).toFixed(0);
  return [
    `${cpus().length} cores (${cpu?.model ?? "unknown"}), ${gigabytes} GB of memory, ${platform()} ${arch()}`,
    `Bun ${version(BUN, "--version")}, Deno ${Deno.version.deno}, ${version("go", "version")}, ${
      version("python3", "--version")
    }`,
    `load average at the start: ${loadavg()[0]?.toFixed(1) ?? "unknown"}`,
  ];
}

function version(program: string, argument: string): string {
  try {
    return execFileSync(program, [argument], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return `no ${program}`;
  }
}
