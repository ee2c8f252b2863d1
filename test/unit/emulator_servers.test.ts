import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";

interface Reply {
  readonly status: number;
  readonly text: string;
}

const RESOURCE_NOT_FOUND = /"code": 404,\s+"type": "ResourceNotFoundException"/;

async function withEmulator(options: EmulatorOptions, use: (emulator: Emulator) => Promise<void>): Promise<void> {
  const emulator = await startEmulator({ metricTimeInterval: 0, ...options });
  try {
    await use(emulator);
  } finally {
    await emulator.close();
  }
}

async function withDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "torchserve-check-emulator-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ask(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

describe("an emulator with one address for inference and management", () => {
  it("serves both APIs there, and metrics", async () => {
    await withEmulator({ sharedAddress: true }, async ({ inferenceUrl, managementUrl, metricsUrl, requests }) => {
      assert.equal(managementUrl, inferenceUrl);
      for (const path of ["/ping", "/models", "/models/resnet-18", "/predictions/sentiment", "/metrics"]) {
        assert.equal((await ask(`${inferenceUrl}${path}`)).status, 200, path);
      }
      assert.equal((await ask(metricsUrl)).status, 200);
      assert.deepEqual(
        [requests.count("inference"), requests.count("management"), requests.count("metrics")],
        [2, 2, 2],
      );
      const { paths } = JSON.parse((await ask(inferenceUrl, { method: "OPTIONS" })).text);
      assert.ok("/ping" in paths && "/models" in paths && "/metrics" in paths);
    });
  });

  it("takes a model's version for an inference request, which it does not know", async () => {
    await withEmulator({ sharedAddress: true }, async ({ managementUrl }) => {
      for (const path of ["/models/resnet-18/all", "/models/resnet-18/1.0", "/models/nope/all", "/models/a%2Fb"]) {
        for (const method of ["GET", "PUT", "DELETE"]) {
          const { status, text } = await ask(`${managementUrl}${path}`, { method });
          assert.equal(status, 404, `${method} ${path}`);
          assert.match(text, RESOURCE_NOT_FOUND);
        }
      }
      const [version] = JSON.parse((await ask(`${managementUrl}/models/resnet-18`)).text);
      assert.equal(version.modelVersion, "1.0");
      const setDefault = await ask(`${managementUrl}/models/resnet-18/2.0/set-default`, { method: "PUT" });
      assert.equal(setDefault.status, 200);
    });
  });

  it("lets no key manage models where tokens are on, nor renew a key", async () => {
    await withDirectory((directory) =>
      withEmulator({ sharedAddress: true, tokenAuth: { directory } }, async ({ inferenceUrl, keys }) => {
        assert.ok(keys !== undefined);
        const status = async (path: string, key: string) =>
          (await ask(`${inferenceUrl}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
        for (const key of [keys.management, keys.inference, keys.api]) {
          assert.equal(await status("/models", key), 400);
          assert.equal(await status("/token?type=management", key), 400);
        }
        assert.equal(await status("/ping", keys.inference), 200);
        assert.equal(await status("/ping", keys.management), 400);
      })
    );
  });
});

describe("an emulator's model with a full queue", () => {
  it("is healthy and ready, and refuses predictions", async () => {
    const models = [{ name: "busy", remainingCapacity: 0, pendingRequests: 100 }];
    await withEmulator({ models }, async ({ inferenceUrl, managementUrl, models }) => {
      const [version] = JSON.parse((await ask(`${managementUrl}/models/busy/all`)).text);
      assert.deepEqual(version.jobQueueStatus, { remainingCapacity: 0, pendingRequests: 100 });
      assert.equal(version.workers[0].status, "READY");
      assert.equal((await ask(`${inferenceUrl}/ping`)).status, 200);
      const { status, text } = await ask(`${inferenceUrl}/predictions/busy`, { method: "POST", body: "x" });
      assert.equal(status, 503);
      assert.match(text, /ServiceUnavailableException.*\n.*has no worker to serve inference request/);

      models.get("busy").remainingCapacity = 1;
      models.changed("busy");
      assert.equal((await ask(`${inferenceUrl}/predictions/busy`, { method: "POST", body: "x" })).status, 200);
    });
  });
});

describe("an emulator without a metrics API", () => {
  it("refuses connections there", async () => {
    await withEmulator({ metricsApi: false }, async ({ inferenceUrl, metricsUrl }) => {
      assert.equal((await ask(`${inferenceUrl}/ping`)).status, 200);
      await assert.rejects(fetch(metricsUrl));
    });
  });

  it("has no metrics on a shared address either", async () => {
    await withEmulator({ metricsApi: false, sharedAddress: true }, async ({ inferenceUrl }) => {
      assert.equal((await ask(`${inferenceUrl}/metrics`)).status, 404);
    });
  });
});

describe("an emulator in legacy mode", () => {
  it("gives three metrics to the API and the others to the logs", async () => {
    await withDirectory((logDirectory) =>
      withEmulator({ metricsMode: "legacy", logDirectory }, async ({ metricsUrl, predict }) => {
        predict("sentiment");
        const { text } = await ask(metricsUrl);
        const families = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
        const legacy = [
          "ts_inference_requests_total",
          "ts_inference_latency_microseconds",
          "ts_queue_latency_microseconds",
        ];
        assert.deepEqual(families, legacy);
        assert.match(text, /^ts_inference_requests_total\{model_name="sentiment",.*\} 1\.0$/m);
        const [ts, model] = ["ts_metrics.log", "model_metrics.log"].map((file) =>
          readFileSync(join(logDirectory, file), "utf8")
        );
        assert.match(ts ?? "", / - CPUUtilization\.Percent:.* - QueueTime\.Milliseconds:/s);
        assert.match(model ?? "", / - PredictionTime\.ms:/);
        for (const name of legacy) assert.ok(!`${ts}${model}`.includes(name), name);
      })
    );
  });
});

describe("an emulator's router", () => {
  it("takes methods that it does not know for methods that are not allowed", async () => {
    await withEmulator({}, async ({ managementUrl, inferenceUrl }) => {
      for (const path of ["/models", "/models/sentiment", "/models/sentiment/1.0", "/v1/models/sentiment"]) {
        assert.equal((await ask(`${managementUrl}${path}`, { method: "PURGE" })).status, 405, path);
      }
      assert.equal((await ask(`${inferenceUrl}/ping`, { method: "PURGE" })).status, 200);
    });
  });

  it("keeps empty and encoded segments apart", async () => {
    const names = ["%", "%25", "a b", "ü"];
    await withEmulator({ models: names.map((name) => ({ name })) }, async ({ managementUrl }) => {
      for (const name of names) {
        const [version] = JSON.parse((await ask(`${managementUrl}/models/${encodeURIComponent(name)}/all`)).text);
        assert.equal(version.modelName, name);
      }
      const { status, text } = await ask(`${managementUrl}/models//all`);
      assert.equal(status, 404);
      assert.match(text, /Model not found: "/);
    });
  });
});
