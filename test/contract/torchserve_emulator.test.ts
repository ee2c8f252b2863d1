import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";
import { type Target, torchserveContract } from "./torchserve_contract.ts";

/** The models and archives of `test/real/prepare.ts`. */
const store: EmulatorOptions = {
  models: [
    { name: "alpha", version: "1.0", marFile: "alpha_v1.mar" },
    { name: "beta", version: "1.0", marFile: "beta.mar" },
  ],
  archives: {
    "alpha_v2.mar": { modelName: "alpha", version: "2.0" },
    "broken.mar": { modelName: "broken", broken: true, loadMs: 200 },
    "slow.mar": { modelName: "slow", loadMs: 500, predictMs: 100 },
  },
};

async function start(options: (directory: string) => EmulatorOptions): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), "torchserve-check-emulator-"));
  const emulator = await startEmulator({ ...store, ...options(directory) });
  return {
    inferenceUrl: emulator.inferenceUrl,
    managementUrl: emulator.managementUrl,
    metricsUrl: emulator.metricsUrl,
    ...(emulator.keyFile === undefined ? {} : { keyFile: emulator.keyFile }),
    logDirectory: directory,
    stop: async () => {
      await emulator.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

torchserveContract({
  title: "the emulator, open, metrics_mode=prometheus",
  tokenAuth: false,
  metricsMode: "prometheus",
  start: () => start(() => ({})),
});

torchserveContract({
  title: "the emulator, token authorization, metrics_mode=log",
  tokenAuth: true,
  metricsMode: "log",
  start: () => start((directory) => ({ tokenAuth: { directory }, metricsMode: "log", logDirectory: directory })),
});
