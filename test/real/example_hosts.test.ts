import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { BINARY, runPlugin } from "../support/plugin_process.ts";
import { run, succeeds } from "./command.ts";
import { requirePrograms } from "./debian.ts";

const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));

/** What a host prints, and how it ended. */
function output(program: string, args: readonly string[]): Promise<{ lines: string[]; status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => text += more);
    child.on("error", reject);
    child.on("close", (status) => resolve({ lines: text.trim().split("\n"), status }));
  });
}

describe("the hosts of docs/protocol.md", () => {
  let emulator: Emulator;
  let directory: string;
  let instances: string;
  /** A program and its first arguments, by language. */
  const hosts: Record<string, readonly string[]> = {};

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "example-hosts-"));
    const needed: Record<string, string> = {};
    if (!await succeeds("python3", ["--version"])) needed["/usr/bin/python3"] = "python3";
    if (!await succeeds("go", ["version"])) needed["/usr/bin/go"] = "golang-go";
    await requirePrograms(needed);
    const go = join(directory, "host");
    await run("go", ["build", "-o", go, example("host.go")]);
    Object.assign(hosts, { Python: ["python3", example("host.py")], Go: [go] });
    emulator = await startEmulator({ models: Array.from({ length: 300 }, (_, i) => ({ name: `m${i}` })) });
    instances = join(directory, "instances.json");
    await writeFile(
      instances,
      JSON.stringify([
        { openmetrics_endpoint: emulator.metricsUrl },
        { inference_api_url: emulator.inferenceUrl },
        { management_api_url: emulator.managementUrl, limit: 300 },
        { limit: 3 },
      ]),
    );
  });
  after(async () => {
    await emulator?.close();
    await rm(directory, { recursive: true });
  });

  /** What the command line shows of the same instances. */
  async function expected(): Promise<string[]> {
    // A configuration file is refused as a whole: the wrong instance is a host's only.
    const good = join(directory, "conf.json");
    const all = JSON.parse(await Deno.readTextFile(instances));
    await writeFile(good, JSON.stringify({ instances: all.slice(0, 3) }));
    const { stdout } = await runPlugin(BINARY, "", { args: ["--instance", good, "--format", "json"] });
    const lines = stdout.trim().split("\n").map((line, index) => {
      const { status, metrics, service_checks, events } = v.parse(messageSchemas.report, JSON.parse(line));
      return `${index} ${status} ${metrics.length} ${service_checks.length} ${events.length}`;
    });
    return [...lines, "3 error 0 0 0"];
  }

  for (const language of ["Python", "Go"]) {
    const start = (...args: string[]) => {
      const [program = "", ...first] = hosts[language] ?? [];
      return output(program, [...first, BINARY.command[0] ?? "", instances, ...args]);
    };

    it(`collect what the command line does, in parts, run after run: ${language}`, async () => {
      // The first request to an API is a metric of the next scrape.
      await expected();
      const lines = await expected();
      assert.match(lines[2] ?? "", /^2 ok 3301 1 0$/);
      const { lines: printed, status } = await start();
      // No event of a model in the second run: the state, which fits no line either, came whole.
      assert.deepEqual(printed, [1, 2].flatMap((run) => lines.map((line) => `${run} ${line}`)));
      assert.equal(status, 0);
    });

    it(`cancel what takes too long, and go on: ${language}`, async () => {
      const undo = emulator.faults.add({ endpoint: "inference", delayMs: 60_000 });
      const { lines, status } = await start(language === "Go" ? "2s" : "2");
      undo();
      assert.deepEqual(lines.filter((line) => line.split(" ")[1] === "1"), [
        "1 1 -32800 cancelled by the host",
        "2 1 -32800 cancelled by the host",
      ]);
      assert.equal(lines.filter((line) => line.includes(" 2 ok 3301 ")).length, 2);
      assert.equal(status, 0);
    });
  }
});
