import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import process from "node:process";
import * as v from "valibot";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { BINARY, type Ended, type Plugin, runPlugin } from "../support/plugin_process.ts";
import { prepare, readKeys, type RealTorchServe, start } from "./torchserve.ts";

/** Other tests have servers on this machine, too; they come and go. */
const PORTS = ["--ports", "8080-8082"];
/** A user who owns nothing, on Debian. */
const NOBODY = 65_534;

describe("discover, on a machine with a TorchServe 0.12.0 as installed", () => {
  let server: RealTorchServe;
  let directory: string;
  const path = (name: string) => join(directory, name);
  const outputs: string[] = [];
  const cli = async (args: readonly string[], plugin: Plugin = BINARY): Promise<Ended> => {
    const ended = await runPlugin(plugin, "", { args, cwd: directory, env: { NO_COLOR: "1" } });
    outputs.push(ended.stdout, ended.stderr);
    return ended;
  };
  /** The reports of a file, which are all green. */
  const assertGreen = async (file: string) => {
    const { status, stdout, stderr } = await cli(["--instance", file, "--format", "json"]);
    assert.equal(status, 0, stdout + stderr);
    const reports = stdout.trim().split("\n").map((line) => v.parse(messageSchemas.report, JSON.parse(line)));
    for (const report of reports) {
      assert.equal(report.status, "ok", JSON.stringify(report.error ?? report.warnings));
      assert.deepEqual(report.service_checks.map(({ status }) => status), [0]);
    }
    return reports;
  };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "discover-real-"));
    chmodSync(directory, 0o755);
    server = await start(await prepare(), { asInstalled: true });
  });
  after(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true });
  });

  it("writes a configuration that validates", async () => {
    const { status, stdout, stderr } = await cli(["discover", ...PORTS, "--write"]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^conf\.yaml: written, 3 instances\./);
    const validated = await cli(["config", "validate"]);
    assert.equal(validated.stdout, "conf.yaml: 3 instances, fine\n");
    const text = readFileSync(path("conf.yaml"), "utf8");
    for (
      const part of [
        `  - metrics_log: ${server.logDirectory}\n`,
        `  - inference_api_url: http://localhost:8080\n    token_key_file: ${server.keyFile}\n`,
        `  - management_api_url: http://localhost:8081\n    token_key_file: ${server.keyFile}\n`,
      ]
    ) assert.ok(text.includes(part), text);
    assert.match(text, /TorchServe 0\.12\.0, process \d+/);
    assert.match(text, /2 models, token authorization is on/);
  });

  it("whose instances show metrics, models and health, all green", async () => {
    const { status, stdout } = await cli(["--instance"]);
    assert.equal(status, 0, stdout);
    for (const name of ["openmetrics", "inference_api", "management_api"]) {
      assert.match(stdout, new RegExp(`OK +torchserve\\.${name}\\.health`));
    }
    assert.doesNotMatch(stdout, /WARNING|CRITICAL|Error|Warning/);
    const [metrics, , management] = await assertGreen("conf.yaml");
    assert.ok(metrics?.metrics.some(({ name }) => name === "torchserve.openmetrics.memory.available"));
    const models = management?.metrics.find(({ name }) => name === "torchserve.management_api.models");
    assert.equal(models?.value, 2);
  });

  it("with suggestions that can be taken", async () => {
    const text = readFileSync(path("conf.yaml"), "utf8").replace(/^( +)# (token_renew: )/gm, "$1$2");
    assert.match(text, /^ {4}token_renew: true$/m);
    writeFileSync(path("renewing.yaml"), text);
    assert.equal((await cli(["config", "validate", "renewing.yaml"])).stdout, "renewing.yaml: 3 instances, fine\n");
    await assertGreen("renewing.yaml");
  });

  it("finds the same among all servers of the machine", async () => {
    const { status, stdout } = await cli(["discover"]);
    assert.equal(status, 0);
    const written = readFileSync(path("conf.yaml"), "utf8").split("\n").filter((line) => /^ {2}[- ] \w/.test(line));
    assert.equal(written.length, 5);
    for (const line of written) assert.ok(stdout.includes(`${line}\n`), line);
  });

  it(
    "says whom to run as to a user who may not see it",
    { skip: process.getuid?.() !== 0 && "needs root" },
    async () => {
      const flags = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
      const asNobody = { name: "binary as nobody", command: ["/usr/bin/setpriv", ...flags, ...BINARY.command] };
      const { status, stdout, stderr } = await cli(["discover", ...PORTS], asNobody);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /^ {2}- inference_api_url: http:\/\/localhost:8080\n {4}# /m);
      assert.match(stdout.replace(/\n *# /g, " "), /process \d+ .*user 0.*[:;] run this as one of them/i);
      assert.doesNotMatch(stdout, /^ *token_key_file/m);
    },
  );

  it("prints no key at any time", () => {
    const { management, inference, api } = readKeys(server.keyFile ?? "");
    const all = outputs.join("") + readFileSync(path("conf.yaml"), "utf8");
    for (const key of [management, inference, api]) assert.ok(!all.includes(key), "a key was printed");
  });

  it("ends with 1 once TorchServe is gone", async () => {
    await server.stop();
    const { status, stdout, stderr } = await cli(["discover", ...PORTS]);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /Ports 8080-8082: nothing listens there/);
  });
});
