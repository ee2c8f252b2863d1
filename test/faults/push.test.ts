import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FakeDatadog, KEYS } from "../support/fake_datadog.ts";
import { BINARY, PluginProcess, runPlugin } from "../support/plugin_process.ts";

describe("assets push, as the binary", () => {
  let directory: string;
  let datadog: FakeDatadog;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "push-"));
    datadog = await new FakeDatadog().start();
  });
  after(async () => {
    await datadog.stop();
    await rm(directory, { recursive: true });
  });

  it("killed at every request in turn and run again comes to the same end", async () => {
    const env = { DD_API_KEY: KEYS.api, DD_APP_KEY: KEYS.app, DD_API_URL: datadog.url };
    const args = ["assets", "push", "--only", "monitors,dashboards", "--state", "killed.json"];
    let requests = 0;
    const wanted = await (async () => {
      const before = datadog.asked.length;
      assert.equal((await runPlugin(BINARY, "", { args, env, cwd: directory })).status, 0);
      requests = datadog.asked.length - before;
      const snapshot = datadog.snapshot();
      assert.equal((await runPlugin(BINARY, "", { args: [...args, "--remove"], env, cwd: directory })).status, 0);
      return snapshot;
    })();
    for (let at = 1; at <= requests; at++) {
      const start = datadog.asked.length;
      const process = new PluginProcess(BINARY, { args, env, cwd: directory });
      datadog.fate = () => {
        if (datadog.asked.length - start === at) process.child.kill("SIGKILL");
        return "done";
      };
      await process.ended;
      datadog.fate = () => "done";
      const again = await runPlugin(BINARY, "", { args, env, cwd: directory });
      assert.equal(again.status, 0, again.stdout);
      assert.deepEqual(datadog.snapshot(), wanted, `killed at request ${at}`);
      assert.equal((await runPlugin(BINARY, "", { args: [...args, "--remove"], env, cwd: directory })).status, 0);
    }
  });
});
