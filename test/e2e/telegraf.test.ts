import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { PluginProcess, PLUGINS } from "../support/plugin_process.ts";

/** Waits until something is so. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo();) {
    assert.ok(Date.now() < end, `${what} within 20 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

for (const plugin of PLUGINS) {
  describe(`telegraf of ${plugin.name}`, () => {
    let emulator: Emulator;
    before(async () => {
      emulator = await startEmulator({});
    });
    after(() => emulator.close());

    const start = (config: unknown, env: Record<string, string> = {}) =>
      new PluginProcess(plugin, { args: ["telegraf", "--config", JSON.stringify(config)], env });
    const gathers = (text: string, check: string) =>
      text.split("\n").filter((line) => line.startsWith(`torchserve_service_check,check=torchserve.${check}.health`));

    it("gathers at each newline, and remembers events between them", async () => {
      const telegraf = start({
        instances: [
          { openmetrics_endpoint: emulator.metricsUrl },
          { inference_api_url: "%%env_TS_URL%%" },
          { management_api_url: emulator.managementUrl },
        ],
      }, { TS_URL: emulator.inferenceUrl });
      telegraf.write("\n");
      await until("a first gather", () => gathers(telegraf.stdout, "management_api").length === 1);
      emulator.models.register({ name: "added" }, false);
      telegraf.write("\n");
      await until("an event", () => telegraf.stdout.includes("torchserve_event,"));
      emulator.models.unregister("added");
      const { status, stdout, stderr } = await telegraf.finish();
      assert.deepEqual([status, stderr], [0, ""]);
      for (const check of ["openmetrics", "inference_api"]) {
        const lines = gathers(stdout, check);
        assert.equal(lines.length, 2, check);
        for (const line of lines) assert.match(line, / status=0i \d{19}$/);
      }
      assert.match(stdout, /^torchserve_event,.*title="A new model has been added",text="The model \[added\]/m);
      assert.match(stdout, /^torchserve_openmetrics,.*memory_available=/m);
    });

    it("makes one gather of newlines that wait, and one that is late holds up no other", async () => {
      const slow = await startEmulator({});
      slow.faults.add({ delayMs: 300 });
      const telegraf = start({
        instances: [{ inference_api_url: slow.inferenceUrl }, { openmetrics_endpoint: emulator.metricsUrl }],
      });
      telegraf.write("\n");
      await until("a gather of the fast one", () => gathers(telegraf.stdout, "openmetrics").length === 1);
      assert.equal(gathers(telegraf.stdout, "inference_api").length, 0);
      for (let i = 2; i <= 6; i++) {
        telegraf.write("\n");
        await until(`gather ${i} of the fast one`, () => gathers(telegraf.stdout, "openmetrics").length >= i);
      }
      await until("two gathers of the slow one", () => gathers(telegraf.stdout, "inference_api").length === 2);
      const { stdout } = await telegraf.finish();
      assert.ok(gathers(stdout, "inference_api").length < 6);
      await slow.close();
    });

    it("has a service check for a target that is down, and nothing at E! or W!", async () => {
      const telegraf = start({ instances: [{ inference_api_url: "http://127.0.0.1:1" }] });
      telegraf.write("\n");
      await until("a service check", () => gathers(telegraf.stdout, "inference_api").length === 1);
      telegraf.write("\n");
      const { status, stdout, stderr } = await telegraf.finish();
      assert.equal(status, 0);
      assert.match(stdout, / status=2i,message="No connection to /);
      assert.match(stderr, /^I! instances\[0\] \(http:\/\/127\.0\.0\.1:1\): connect: .*\n$/);
    });

    it("says at E! what is wrong with a configuration, and gathers from what is right", async () => {
      const telegraf = start({
        instances: [{ inference_api_url: emulator.inferenceUrl, limt: 1 }, {
          management_api_url: "%%env_MISSING_ONE%%",
        }],
      });
      telegraf.write("\n");
      await until("a gather", () => gathers(telegraf.stdout, "inference_api").length === 1);
      const { status, stderr } = await telegraf.finish();
      assert.equal(status, 0);
      assert.match(stderr, /^W! .*instances\[0\]\.limt/m);
      assert.match(stderr, /^E! .*instances\[1\]\.management_api_url: .*%%env_MISSING_ONE%%/m);
      for (const line of stderr.trimEnd().split("\n")) assert.match(line, /^[EWI]! /);
    });

    it("ends at SIGTERM though a target hangs, and with 2 where there is nothing to gather", async () => {
      const hanging = await startEmulator({});
      hanging.faults.add({ delayMs: 60_000 });
      const telegraf = start({ instances: [{ inference_api_url: hanging.inferenceUrl }] });
      telegraf.write("\n");
      await until("a request", () => hanging.requests.inFlight > 0);
      telegraf.signal("SIGTERM");
      const { status, stdout } = await telegraf.ended;
      assert.deepEqual([status, stdout], [0, ""]);
      await hanging.close();
      const none = await start({ instances: [] }).finish();
      assert.equal(none.status, 2);
    });
  });
}
