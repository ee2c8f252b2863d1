import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { PLUGINS, runPlugin } from "../support/plugin_process.ts";

describe("torchserve-check doctor", () => {
  let emulator: Emulator;
  let folder: string;
  before(async () => {
    emulator = await startEmulator({ models: [{ name: "idle", workers: 0 }, { name: "busy" }] });
    folder = mkdtempSync(join(tmpdir(), "e2e-doctor-"));
    const { inferenceUrl, managementUrl } = emulator;
    writeFileSync(
      join(folder, "conf.yaml"),
      `instances:\n  - inference_api_url: ${inferenceUrl}\n  - management_api_url: ${managementUrl}\n`,
    );
  });
  after(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  for (const plugin of PLUGINS) {
    it(`says what is wrong, on ${plugin.name}`, async () => {
      const file = join(folder, "conf.yaml");
      const text = await runPlugin(plugin, "", { args: ["doctor", file] });
      assert.equal(text.status, 1, text.stderr);
      assert.match(text.stdout, /^✗ Model idle 1\.0 has no workers: predictions are refused with 503\n {4}GET http:/);
      assert.match(text.stdout, /\n✓ The inference API .* is healthy \(TorchServe 0\.12\.0\)\n/);
      const json = await runPlugin(plugin, "", { args: ["doctor", file, "--format", "json"] });
      assert.equal(JSON.parse(json.stdout).findings[0].id, "no_workers");
      const down = await runPlugin(plugin, "", { args: ["--instance", "inference_api_url: http://127.0.0.1:1"] });
      assert.equal(down.status, 1);
      assert.match(down.stdout, /\n {2}Why\n[^]*nothing listens on 127\.0\.0\.1:1[^]*What to do: /i);
      const port = new URL(emulator.inferenceUrl).port;
      const well = await runPlugin(plugin, "", { args: ["doctor", "127.0.0.1", "--ports", port] });
      assert.equal(well.status, 0, well.stdout);
      for (const wrong of [["doctor", "ftp://host"], ["doctor", file, "--ports", "1"], ["doctor", "nowhere.yaml"]]) {
        const { status, stderr } = await runPlugin(plugin, "", { args: wrong });
        assert.equal(status, 2, stderr);
      }
    });
  }
});
