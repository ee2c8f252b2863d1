/**
 * Runs the tests, and closes with `N passed, N failed, N skipped`.
 *
 * - `--unit`: the unit tests on both runtimes
 * - without options: the unit, conformance and contract tests on both runtimes, and the end-to-end tests of the compiled
 *   binary
 * - `--faults`: what hostile targets, hosts, file systems and assets do, and the end-to-end tests of the sources on both
 *   runtimes
 * - `--later`: the unit, conformance and contract tests 400 days from now, since no test may know what day it is
 * - `--real`: those against real components
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { mapConcurrently } from "../plugin/runtime/concurrency.ts";
import { ONLY_VARIABLE } from "../test/support/plugin_process.ts";
import { run } from "./run.ts";

const root = new URL("..", import.meta.url);
const BUN = "./node_modules/.bin/bun";

interface Suite {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Deno looks for a new version of itself once a day, through the proxy of a test where that comes then. */
const ENVIRONMENT = { DENO_NO_UPDATE_CHECK: "1" };

/** So many suites run at once; each uses one processor. */
const AT_ONCE = 2;
/** Suites of these options spread over the processors by themselves, or need the machine for their components. */
const ALONE = ["--faults", "--real"];
/** A suite that takes longer hangs, in milliseconds. */
const SUITE_TIMEOUT_MS = 60 * 60_000;

const DENO_TEST = [Deno.execPath(), "test", "-A", "--no-check", "--quiet"];
const inDeno = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Deno`,
  command: [...DENO_TEST, "--parallel", ...paths],
});
/**
 * Deno loads everything anew for each test file: many small ones take half the time behind two that import them. Each of
 * the two has a process of its own, since threads of one would share its environment, which tests set.
 */
function inDenoTogether(name: string, ...folders: string[]): Suite[] {
  const files = folders.flatMap((folder) =>
    [...Deno.readDirSync(new URL(`${folder}/`, root))].map(({ name }) => `${folder}/${name}`)
  ).filter((file) => file.endsWith(".test.ts")).sort();
  const folder = "dist/tests";
  Deno.mkdirSync(new URL(folder, root), { recursive: true });
  return [0, 1].map((half) => {
    const path = `${folder}/${folders.map((name) => name.replace("/", "-")).join("-")}-${half + 1}.test.ts`;
    const imports = files.filter((_, i) => i % 2 === half).map((file) => `import "../../${file}";\n`);
    Deno.writeTextFileSync(new URL(path, root), imports.join(""));
    return { name: `${name} on Deno, ${half + 1} of 2`, command: [...DENO_TEST, path] };
  });
}

const inBun = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Bun`,
  command: [BUN, "test", "--timeout", "60000", ...paths.map((path) => `./${path}`)],
});

const UNIT = ["test/unit"];
const EMULATED = ["test/conformance", "test/contract"];

/** The tests that need neither the executable nor a real component. */
const simulated = (): Suite[] => [
  inBun("unit, conformance and contract tests", ...UNIT, ...EMULATED),
  ...inDenoTogether("unit, conformance and contract tests", ...UNIT, ...EMULATED),
];

/** The same suite under Debian's `faketime`, on another day. */
const later = ({ name, command }: Suite): Suite => ({
  name: `400 days later, ${name}`,
  command: ["faketime", "-f", "+400d", ...command],
});

/** A suite of the binary alone, or of the sources alone, which take long to start. */
const only = (tested: "binary" | "sources", suite: Suite): Suite => ({ ...suite, env: { [ONLY_VARIABLE]: tested } });

async function suites(): Promise<Suite[]> {
  if (process.argv.includes("--later")) {
    const { requirePrograms } = await import("../test/real/debian.ts");
    await requirePrograms({ "/usr/bin/faketime": "faketime" });
    return simulated().map(later);
  }
  if (process.argv.includes("--unit")) {
    return [inBun("unit tests", ...UNIT), ...inDenoTogether("unit tests", ...UNIT)];
  }
  if (process.argv.includes("--faults")) {
    return [
      inDeno("fault tests of sources and binary", "test/faults"),
      only("sources", inDeno("end-to-end tests of the sources", "test/e2e")),
    ];
  }
  if (process.argv.includes("--real")) {
    const { prepareAgent } = await import("../test/peers/agent/prepare.ts");
    const env = { TORCHSERVE_CHECK_PYTHON: await prepareAgent() };
    return [
      { name: "the Agent's runtime", command: [...DENO_TEST, "test/peers"], env },
      { name: "real TorchServe and other real components", command: [...DENO_TEST, "test/real"], env },
    ];
  }
  return [...simulated(), only("binary", inDeno("end-to-end tests of the binary", "test/e2e"))];
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

if (!process.argv.includes("--unit") && !process.argv.includes("--later")) {
  await run([Deno.execPath(), "run", "-A", "scripts/build.ts"], { cwd: root });
}
const total = { passed: 0, failed: 0, skipped: 0 };

async function runSuite({ name, command, env = {} }: Suite): Promise<void> {
  const start = performance.now();
  const { status, output } = await run(command, {
    cwd: root,
    capture: process.argv.includes("--verbose"),
    quiet: true,
    mayFail: true,
    env: { ...ENVIRONMENT, ...env },
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

const all = await suites();
await mapConcurrently(all, ALONE.some((option) => process.argv.includes(option)) ? 1 : AT_ONCE, runSuite);
if (!process.argv.includes("--unit") && !existsSync(new URL("../shared/conformance", root))) {
  process.stderr.write("../shared is absent: the conformance suite and the tests on recorded answers ran nothing\n");
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
