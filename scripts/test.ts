/**
 * Runs the tests: `--unit` on both runtimes; without options those and the end-to-end tests, which run the sources on
 * both runtimes and the compiled binary; `--real` those against real components. Closes with `N passed, N failed`.
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { run } from "./run.ts";

const root = new URL("..", import.meta.url);
const BUN = "./node_modules/.bin/bun";

interface Suite {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A suite that takes longer hangs, in milliseconds. */
const SUITE_TIMEOUT_MS = 45 * 60_000;

const DENO_TEST = [Deno.execPath(), "test", "-A", "--no-check", "--quiet"];
const inDeno = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Deno`,
  command: [...DENO_TEST, "--parallel", ...paths],
});
const inBun = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Bun`,
  command: [BUN, "test", "--timeout", "60000", ...paths.map((path) => `./${path}`)],
});

const UNIT = ["test/unit"];
const EMULATED = ["test/conformance", "test/contract"];

async function suites(): Promise<Suite[]> {
  if (process.argv.includes("--unit")) return [inDeno("unit tests", ...UNIT), inBun("unit tests", ...UNIT)];
  if (process.argv.includes("--real")) {
    const { prepareAgent } = await import("../test/peers/agent/prepare.ts");
    const env = { TORCHSERVE_CHECK_PYTHON: await prepareAgent() };
    return [
      { name: "the Agent's runtime", command: [...DENO_TEST, "test/peers"], env },
      { name: "real TorchServe and other real components", command: [...DENO_TEST, "test/real"], env },
    ];
  }
  return [
    inDeno("unit, conformance and contract tests", ...UNIT, ...EMULATED),
    inBun("unit, conformance and contract tests", ...UNIT, ...EMULATED),
    inDeno("end-to-end tests of sources and binary", "test/e2e", ...existing("test/faults")),
  ];
}

function existing(path: string): string[] {
  return existsSync(new URL(path, root)) ? [path] : [];
}

/** What a runner's last lines count; both runtimes close in their own way. */
function counts(output: string): { passed: number; failed: number; skipped: number } {
  // deno-lint-ignore no-control-regex
  const text = output.replace(/\x1b\[[0-9;]*m/g, "");
  const deno = /\| (\d+) passed(?: \((\d+) steps?\))? \| (\d+) failed(?: \((\d+) steps?\))?(?: \| (\d+) ignored)?/.exec(
    text,
  );
  if (deno !== null) {
    const [, passed, steps, failed, failedSteps, ignored] = deno.map(Number);
    return { passed: (passed ?? 0) + (steps || 0), failed: (failed ?? 0) + (failedSteps || 0), skipped: ignored || 0 };
  }
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return { passed: number(/^ *(\d+) pass$/m), failed: number(/^ *(\d+) fail$/m), skipped: number(/^ *(\d+) skip$/m) };
}

if (!process.argv.includes("--unit")) await run([Deno.execPath(), "run", "-A", "scripts/build.ts"], { cwd: root });
const total = { passed: 0, failed: 0, skipped: 0 };
for (const { name, command, env = {} } of await suites()) {
  const start = performance.now();
  const { status, output } = await run(command, {
    cwd: root,
    capture: process.argv.includes("--verbose"),
    quiet: true,
    mayFail: true,
    env,
    timeoutMs: SUITE_TIMEOUT_MS,
  });
  const { passed, failed, skipped } = counts(output);
  if (status !== 0) process.stderr.write(output);
  total.passed += passed;
  total.failed += failed + (status !== 0 && failed === 0 ? 1 : 0);
  total.skipped += skipped;
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  process.stderr.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${seconds} s\n`);
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
