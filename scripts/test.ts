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

/** So many suites run at once where somebody waits; each uses one processor. */
const AT_ONCE = 2;
/** A suite that takes longer hangs, in milliseconds. */
const SUITE_TIMEOUT_MS = 60 * 60_000;

const DENO_TEST = [Deno.execPath(), "test", "-A", "--no-check", "--quiet"];
const inDeno = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Deno`,
  command: [...DENO_TEST, "--parallel", ...paths],
});
/** Deno loads everything anew for each test file: many small ones take half the time behind two that import them. */
const inDenoTogether = (name: string, ...folders: string[]): Suite => inDeno(name, ...together(folders));

/** Both files run in one process: what sets its environment stands in one of them. */
const SETS_ENVIRONMENT = /process\.env(?:\.\w+|\["?[\w]+"?\]) = |delete process\.env/;

/** Two files that import the test files of some folders. */
function together(folders: readonly string[]): string[] {
  const files = folders.flatMap((folder) =>
    [...Deno.readDirSync(new URL(`${folder}/`, root))].map(({ name }) => `${folder}/${name}`)
  ).filter((file) => file.endsWith(".test.ts")).sort();
  const setsEnvironment = files.map((file) => SETS_ENVIRONMENT.test(Deno.readTextFileSync(new URL(file, root))));
  const folder = "dist/tests";
  Deno.mkdirSync(new URL(folder, root), { recursive: true });
  return [0, 1].map((part) => {
    const path = `${folder}/${folders.map((name) => name.replace("/", "-")).join("-")}-${part + 1}.test.ts`;
    const imports = files.filter((_, i) => (setsEnvironment[i] === true ? 0 : i % 2) === part).map((file) =>
      `import "../../${file}";\n`
    );
    Deno.writeTextFileSync(new URL(path, root), imports.join(""));
    return path;
  });
}

const inBun = (name: string, ...paths: string[]): Suite => ({
  name: `${name} on Bun`,
  command: [BUN, "test", "--timeout", "60000", ...paths.map((path) => `./${path}`)],
});

const UNIT = ["test/unit"];
const EMULATED = ["test/conformance", "test/contract"];

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
    return [
      later(inDenoTogether("unit, conformance and contract tests", ...UNIT, ...EMULATED)),
      later(inBun("unit, conformance and contract tests", ...UNIT, ...EMULATED)),
    ];
  }
  if (process.argv.includes("--unit")) return [inDenoTogether("unit tests", ...UNIT), inBun("unit tests", ...UNIT)];
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
  const halves = together([...UNIT, ...EMULATED]);
  return [
    inBun("unit, conformance and contract tests", ...UNIT, ...EMULATED),
    ...halves.map((path, i) => inDeno(`unit, conformance and contract tests, ${i + 1} of ${halves.length}`, path)),
    only("binary", inDeno("end-to-end tests of the binary", "test/e2e")),
  ];
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
if (process.argv.length > 2) { for (const suite of all) await runSuite(suite); }
else await mapConcurrently(all, AT_ONCE, runSuite);
if (!process.argv.includes("--unit") && !existsSync(new URL("../shared/conformance", root))) {
  process.stderr.write("../shared is absent: the conformance suite and the tests on recorded answers ran nothing\n");
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
