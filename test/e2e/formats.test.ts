/** Formats for hosts, and what a one-shot host gives: files, directories of states, options. */
import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { PLUGINS, runPlugin } from "../support/plugin_process.ts";

for (const plugin of PLUGINS) {
  describe(`formats of ${plugin.name}`, () => {
    let emulator: Emulator;
    let directory: string;
    before(async () => {
      emulator = await startEmulator({});
      directory = await mkdtemp(join(tmpdir(), "e2e-formats-"));
    });
    after(async () => {
      await emulator.close();
      await rm(directory, { recursive: true });
    });

    const cli = (...args: string[]) => runPlugin(plugin, "", { args, cwd: directory, env: { NO_COLOR: "1" } });

    it("end with 0 when the target is down, whose service check says so", async () => {
      const { status, stdout, stderr } = await cli(
        "--instance",
        "inference_api_url: http://127.0.0.1:1",
        "--format",
        "influx",
      );
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^torchserve_service_check,check=torchserve\.inference_api\.health,\S+ status=2i,/);
      assert.equal(stderr, "");
    });

    it("write a file at once, and never end with 0 when they cannot", async () => {
      const source = `management_api_url: ${emulator.managementUrl}`;
      const file = join(directory, "torchserve.prom");
      const { status, stdout } = await cli("--instance", source, "--format", "prometheus", "--output", file);
      assert.deepEqual([status, stdout], [0, ""]);
      assert.match(await readFile(file, "utf8"), /^torchserve_management_api_models\{.*\} 2$/m);
      const failed = await cli(
        "--instance",
        source,
        "--format",
        "prometheus",
        "--output",
        join(directory, "none", "x"),
      );
      assert.equal(failed.status, 1);
      assert.match(failed.stderr, /none\/x cannot be written \(ENOENT: there is no such directory\)/);
    });

    it("add differences of logs up over processes that share a state directory", async () => {
      const [logs, states] = [join(directory, "logs"), join(directory, "states")];
      await mkdir(logs);
      const log = (requests: number) =>
        appendFile(
          join(logs, "ts_metrics.log"),
          `2030-01-01T00:00:00,000 - Requests2XX.Count:${requests}.0|#Level:Host|#hostname:box,timestamp:null\n`,
        );
      const total = async (...args: string[]) => {
        const { stdout, stderr } = await cli(
          "--instance",
          `metrics_log: {directory: ${logs}}`,
          "--format",
          "openmetrics",
          ...args,
        );
        return [/^torchserve_openmetrics_requests_2xx_total\{.*\} (\d+)$/m.exec(stdout)?.[1], stderr];
      };
      await log(1);
      const first = await total("--state-dir", states);
      await log(4);
      const second = await total("--state-dir", states);
      await log(2);
      const third = await total("--state-dir", states);
      assert.deepEqual([first, second, third], [["0", ""], ["4", ""], ["6", ""]]);
      assert.equal((await stat(states)).mode & 0o777, 0o700);
      const [alone, stderr] = await total();
      assert.equal(alone, undefined);
      assert.match(stderr ?? "", /--state-dir/);
    });

    it("say a monitoring plugin's state, also where nothing can run", async () => {
      const nagios = (source: string, ...args: string[]) => cli("--instance", source, "--format", "nagios", ...args);
      const fine = await nagios(`management_api_url: ${emulator.managementUrl}`, "--perfdata", "*.models");
      assert.deepEqual([fine.status, fine.stdout], [
        0,
        "TORCHSERVE OK - 1 instance, 1 service check | management_api.models=2\n",
      ]);
      const down = await nagios("inference_api_url: http://127.0.0.1:1");
      assert.equal(down.status, 2);
      assert.match(
        down.stdout,
        /^TORCHSERVE CRITICAL - inference_api\.health: No connection .* \| inference_api\.health=2\n$/,
      );
      const missing = await nagios("missing.yaml");
      assert.equal(missing.status, 3);
      assert.match(missing.stdout, /^TORCHSERVE UNKNOWN - missing\.yaml: there is no such file \(give a file/);
    });

    it("refuse options that have no effect on them", async () => {
      for (const option of [["--quiet"], ["--fail-on", "never"], ["--verbose"], ["--watch"], ["--perfdata", "*"]]) {
        const { status, stdout, stderr } = await cli("--instance", "{}", "--format", "prometheus", ...option);
        assert.deepEqual([status, stdout], [2, ""]);
        assert.match(stderr, new RegExp(`${option[0]} has no effect on --format prometheus`));
      }
    });
  });
}
