import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY, runPlugin } from "../support/plugin_process.ts";

describe("called as check_torchserve, the binary", () => {
  let emulator: Emulator;
  let directory: string;
  let file: string;
  before(async () => {
    emulator = await startEmulator({});
    directory = mkdtempSync(join(tmpdir(), "monitoring-"));
    symlinkSync(BINARY.command[0] ?? "", join(directory, "check_torchserve"));
    file = join(directory, "conf.yaml");
    writeFileSync(
      file,
      JSON.stringify({
        instances: [
          { openmetrics_endpoint: emulator.metricsUrl },
          { inference_api_url: emulator.inferenceUrl },
          { management_api_url: emulator.managementUrl },
        ],
      }),
    );
  });
  after(async () => {
    await emulator.close();
    rmSync(directory, { recursive: true });
  });

  /** All output is on stdout: a monitoring system shows nothing else. */
  const check = async (...args: string[]) => {
    const plugin = { name: "check_torchserve", command: [join(directory, "check_torchserve")] };
    const { status, stdout, stderr } = await runPlugin(plugin, "", { args });
    assert.equal(stderr, "");
    return { status, stdout };
  };

  it("shows the four states", async () => {
    const { host } = new URL(emulator.inferenceUrl);
    const [address = "", port = ""] = host.split(":");
    const ping = ["-H", address, "-p", port, "-u", "/ping"];
    const ok = await check(...ping, "-w", "30", "-c", "60");
    assert.equal(ok.status, 0);
    assert.match(ok.stdout, /^TORCHSERVE OK - [^|]+ \| time=[\d.]+s;30;60;0 inference_api\.health=0\n$/);
    const warning = await check(...ping, "-w", "@0:60");
    assert.equal(warning.status, 1);
    assert.match(warning.stdout, /^TORCHSERVE WARNING - the check took [\d.]+ s, /);
    const critical = await check("-H", "127.0.0.1", "-p", "1", "-u", "/ping");
    assert.equal(critical.status, 2);
    assert.match(critical.stdout, /^TORCHSERVE CRITICAL - .*No connection to/);
    const unknown = await check("-H", "127.0.0.1", "-p", port);
    assert.equal(unknown.status, 3);
    assert.match(unknown.stdout, /^TORCHSERVE UNKNOWN - .*add -u \/metrics/);
  });

  it("checks the instances of a configuration, and holds metrics against ranges", async () => {
    const all = await check("--config", file);
    assert.equal(all.status, 0);
    assert.match(all.stdout, /^TORCHSERVE OK - 3 instances, 3 service checks \| time=/);
    assert.equal(all.stdout.trimEnd().split("\n").length, 1);
    const few = await check("--config", file, "-m", "*.workers.current", "-w", "2:", "-c", "1:");
    assert.equal(few.status, 1);
    assert.match(few.stdout, /^TORCHSERVE WARNING - torchserve\.management_api\.model\.workers\.current is 1 \(/);
    assert.equal((await check("--config", file, "-m", "*.nothing", "-w", "1")).status, 3);
    const verbose = await check("--config", file, "-vv");
    assert.match(verbose.stdout, /^ {2}OK torchserve\.openmetrics\.health endpoint:/m);
    assert.match(verbose.stdout, /^ {2}torchserve\.management_api\.models 2 /m);
  });

  it("ends within its time", async () => {
    const slow = await startEmulator({});
    slow.faults.add({ delayMs: 60_000 });
    const started = performance.now();
    const { status, stdout } = await check("-u", `${slow.inferenceUrl}/ping`, "-t", "1");
    assert.equal(status, 2, stdout);
    assert.ok(performance.now() - started < 30_000);
    await slow.close();
  });

  it("is UNKNOWN, and says so in one line, where its output cannot be written", () => {
    const command = ["-c", 'exec "$0" --config "$1" > /dev/full', join(directory, "check_torchserve"), file];
    const { status, stderr } = spawnSync("bash", command, { encoding: "utf8" });
    assert.deepEqual([status, stderr.split("\n").length], [3, 3], stderr);
    assert.match(stderr, /^torchserve-check: standard output cannot be written \(ENOSPC\)\nWhat to do: /);
  });

  it("is UNKNOWN for wrong usage, and for help and version, which are no state of a service", async () => {
    for (
      const [args, pattern] of [
        [[], /no host: give -H ADDRESS/],
        [["-x"], /unknown option '-x'/],
        [["-H", "h", "-w", "5:1"], /starts above its end/],
        [["-H", "h", "-p", "0"], /at least 1/],
        [["-H", "h", "-t", "x"], /whole number/],
        [["--config", "/nowhere.yaml"], /no such file/],
        [["--config", "instances: []"], /has no instances/],
        [["stray", "-H", "h"], /too many arguments/],
        [["-H", "h", "-H", "i"], /--hostname is given twice/],
        [["-H", "h", "-p", "1", "-u", "http://h:8080/ping"], /-p has no effect beside a whole -u URL/],
        [["--config", "conf.yaml", "-u", "/ping"], /-u has no effect beside --config/],
      ] as const
    ) {
      const { status, stdout } = await check(...args);
      assert.equal(status, 3, args.join(" "));
      assert.match(stdout, /^TORCHSERVE UNKNOWN - [^|\n]*\n$/);
      assert.match(stdout, pattern);
    }
    const help = await check("--help");
    assert.equal(help.status, 3);
    for (const option of ["-H", "-p", "-u", "-t", "-w", "-c", "-S", "-v", "-V"]) {
      assert.match(help.stdout, new RegExp(` ${option}, --`));
    }
    const version = await check("-V");
    assert.equal(version.status, 3);
    assert.match(version.stdout, /^check_torchserve v\d+\.\d+\.\d+ \(torchserve-check\)\n$/);
  });
});
