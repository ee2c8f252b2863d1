import assert from "node:assert/strict";
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { BINARY, type Plugin, request, runPlugin } from "../support/plugin_process.ts";

/** Root may read everything, so as root the plugin runs as somebody else. */
const NOBODY = 65_534;

describe("files that the plugin may not read or write", () => {
  let directory: string;
  let plugin: Plugin;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "permissions-"));
    await chmod(directory, 0o755);
    const binary = join(directory, "torchserve-check");
    await copyFile(BINARY.command[0] ?? "", binary);
    await chmod(binary, 0o755);
    const as = process.getuid?.() === 0 ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
    plugin = { name: "binary as another user", command: [...as, binary] };
  });
  after(() => rm(directory, { recursive: true }));

  const run = async (instance: object, before = "") => {
    const { status, stdout, stderr } = await runPlugin(plugin, before + request("check/run", { instance }), {
      cwd: directory,
    });
    assert.equal(status, 0, stderr);
    const last = stdout.trimEnd().split("\n").at(-1) ?? "";
    return v.parse(v.object({ result: messageSchemas.report }), JSON.parse(last)).result;
  };

  it("a key file is an authorization failure that tells its owner and mode", async () => {
    const emulator = await startEmulator({ tokenAuth: { directory } });
    const keyFile = emulator.keyFile ?? "";
    await chmod(keyFile, 0o000);
    const { error } = await run({ inference_api_url: emulator.inferenceUrl, token_key_file: keyFile });
    await emulator.close();
    assert.equal(error?.code, "auth");
    assert.match(error?.message ?? "", /may not be read by .*mode 0000/);
  });

  it("a log is told by its name", async () => {
    const logs = join(directory, "logs");
    await mkdir(logs);
    await writeFile(join(logs, "ts_metrics.log"), "", { mode: 0o000 });
    const { error } = await run({ metrics_log: logs });
    assert.equal(error?.code, "auth");
    assert.match(error?.message ?? "", /ts_metrics\.log: permission denied/);
  });

  it("a state directory is a warning, and the report comes all the same", async () => {
    const states = join(directory, "states");
    await mkdir(states, { mode: 0o555 });
    if (process.getuid?.() === 0) await chown(states, NOBODY, NOBODY);
    await chmod(states, 0o555);
    const initialize = request("initialize", { protocol_version: 1, state_dir: states }, 0);
    const logs = join(directory, "readable");
    await mkdir(logs);
    await writeFile(join(logs, "ts_metrics.log"), "");
    const report = await run({ metrics_log: logs }, initialize);
    assert.ok(report.warnings.some(({ code, message }) => code === "internal" && /state cannot be kept/.test(message)));
    assert.notEqual(report.status, "error");
  });
});
