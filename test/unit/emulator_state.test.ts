import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";

const noon = Date.UTC(2026, 10, 23, 12);

async function withEmulator<T>(options: EmulatorOptions, use: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await startEmulator({ metricTimeInterval: 0, ...options });
  try {
    return await use(emulator);
  } finally {
    await emulator.close();
  }
}

const text = async (url: string, init: RequestInit = {}) => await (await fetch(url, init)).text();

describe("an emulator with a clock and a seed", () => {
  const everything = (seed: number) =>
    withEmulator({ now: () => noon, seed }, async (emulator) => {
      emulator.predict("resnet-18", { times: 3 });
      emulator.predict("sentiment", { version: "1.0" });
      return [
        await text(`${emulator.managementUrl}/models/resnet-18/all`),
        await text(`${emulator.managementUrl}/models/sentiment/all`),
        await text(emulator.metricsUrl),
      ];
    });

  it("says the same each time", async () => {
    assert.deepEqual(await everything(7), await everything(7));
    assert.notDeepEqual(await everything(7), await everything(8));
  });

  it("starts with two models, three versions and four workers that are ready", async () => {
    const [resnet = "", sentiment = "", metrics = ""] = await everything(1);
    const versions = [...JSON.parse(resnet), ...JSON.parse(sentiment)];
    assert.deepEqual(versions.map(({ modelVersion }) => modelVersion), ["1.0", "2.0", "1.0"]);
    const workers = versions.flatMap(({ workers }) => workers);
    assert.deepEqual(workers.map(({ id }) => id), ["9000", "9001", "9002", "9003"]);
    for (const { status, startTime, memoryUsage, pid } of workers) {
      assert.deepEqual([status, startTime], ["READY", "2026-11-23T12:00:00.000Z"]);
      assert.ok(memoryUsage > 200e6 && memoryUsage % 4096 === 0 && pid > 0);
    }
    assert.match(metrics, /^ts_inference_requests_total\{model_name="resnet-18",model_version="default",.*\} 3\.0$/m);
  });

  it("loads models as time passes", async () => {
    let now = noon;
    await withEmulator({ now: () => now, models: [{ name: "slow", loadMs: 5000 }] }, async (emulator) => {
      const worker = async () => JSON.parse(await text(`${emulator.managementUrl}/models/slow/all`))[0].workers[0];
      const { status, pid, memoryUsage } = await worker();
      assert.deepEqual([status, pid, memoryUsage], ["UNLOADING", -1, 0]);
      now += 2000;
      assert.equal((await worker()).status, "UNLOADING");
      assert.ok((await worker()).pid > 0);
      now += 3000;
      assert.equal((await worker()).status, "READY");
      assert.equal((await worker()).memoryUsage, 0);
      emulator.collect();
      assert.ok((await worker()).memoryUsage > 0);
    });
  });

  it("gives a broken worker a new process with every attempt, after 1, 1, 2, 3, 5 … seconds", async () => {
    let now = noon;
    await withEmulator({ now: () => now, models: [{ name: "broken", broken: true }] }, async (emulator) => {
      const pids: number[] = [];
      for (const seconds of [0, 0.9, 0.2, 1, 2, 3, 5]) {
        now += seconds * 1000;
        const [{ workers }] = JSON.parse(await text(`${emulator.managementUrl}/models/broken/all`));
        assert.equal(workers[0].status, "UNLOADING");
        pids.push(workers[0].pid);
      }
      assert.deepEqual(pids.map((pid) => pid - (pids[0] ?? 0)), [0, 0, 1, 2, 3, 4, 5]);
    });
  });

  it("shows workers as a test wants them", async () => {
    await withEmulator(
      { models: [{ name: "m", workers: 2, gpuUsage: "gpuId::0 utilization.gpu [%]::4 %" }] },
      async (emulator) => {
        emulator.models.setWorkers("m", undefined, (worker, i) => {
          if (i === 1) Object.assign(worker, { status: "UNKNOWN", pid: -1, healthy: false });
        });
        const [{ workers, deviceType }] = JSON.parse(await text(`${emulator.managementUrl}/models/m/all`));
        assert.equal(deviceType, "gpu");
        assert.deepEqual([workers[1].status, workers[1].pid, workers[0].gpu], ["UNKNOWN", -1, true]);
        assert.match(workers[0].gpuUsage, /^gpuId::0/);
        const ping = await fetch(`${emulator.inferenceUrl}/ping`);
        assert.deepEqual([ping.status, await ping.json()], [500, { status: "Unhealthy" }]);
      },
    );
  });
});

describe("an emulator with token authorization", () => {
  let directory: string;
  before(() => directory = mkdtempSync(join(tmpdir(), "torchserve-check-tokens-")));
  after(() => rmSync(directory, { recursive: true }));

  it("lets keys expire, and gives new ones", async () => {
    let now = noon;
    const tokenAuth = { directory, expirationMinutes: 30 };
    await withEmulator({ now: () => now, tokenAuth }, async (emulator) => {
      const status = async (url: string, key = "") => {
        const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
        await answer.body?.cancel();
        return answer.status;
      };
      const models = `${emulator.managementUrl}/models`;
      const old = emulator.keys?.management;
      assert.equal(await status(models, old), 200);
      now += 29 * 60_000;
      assert.equal(await status(models, old), 200);
      now += 60_000;
      assert.equal(await status(models, old), 400);
      assert.equal(await status(`${emulator.managementUrl}/token?type=management`, emulator.keys?.api), 200);
      const content = JSON.parse(readFileSync(emulator.keyFile ?? "", "utf8"));
      assert.equal(content.management["expiration time"], "2026-11-23T13:00:00.000000000Z");
      assert.equal(await status(models, content.management.key), 200);
      emulator.expireKeys();
      assert.equal(await status(models, content.management.key), 400);
    });
  });
});

describe("an emulator in log mode", () => {
  let directory: string;
  before(() => directory = mkdtempSync(join(tmpdir(), "torchserve-check-logs-")));
  after(() => rmSync(directory, { recursive: true }));

  it("writes TorchServe's lines, and starts new files when they are rotated", async () => {
    const options: EmulatorOptions = { now: () => noon, metricsMode: "log", logDirectory: directory };
    await withEmulator(options, async (emulator) => {
      await text(`${emulator.inferenceUrl}/ping`);
      const read = (file: string) => readFileSync(join(directory, file), "utf8").trimEnd().split("\n");
      assert.equal(
        read("ts_metrics.log").at(-1),
        "2026-11-23T12:00:00,000 - Requests2XX.Count:1.0|#Level:Host|#hostname:torchserve-0,timestamp:1795435200",
      );
      emulator.predict("sentiment");
      assert.match(
        read("model_metrics.log").at(-1) ?? "",
        /^2026-11-23T12:00:00,000 - PredictionTime\.ms:[\d.]+\|#ModelName:sentiment,Level:Model\|#hostname:torchserve-0,requestID:[0-9a-f-]{36},timestamp:1795435200$/,
      );
      emulator.rotateLogs();
      assert.deepEqual(readdirSync(directory).sort(), [
        "model_metrics.23-Nov.log",
        "model_metrics.log",
        "ts_metrics.23-Nov.log",
        "ts_metrics.log",
      ]);
      assert.equal(readFileSync(join(directory, "ts_metrics.log"), "utf8"), "");
      await text(`${emulator.inferenceUrl}/ping`);
      assert.equal(read("ts_metrics.log").length, 1);
    });
  });
});

describe("an emulator's record of requests", () => {
  it("has every request with its target as sent, and how many there were at once", async () => {
    await withEmulator({}, async (emulator) => {
      emulator.faults.add({ endpoint: "inference", delayMs: 30 });
      await Promise.all([1, 2, 3].map(() => text(`${emulator.inferenceUrl}/ping`)));
      await text(`${emulator.managementUrl}/models/a%20b?x=1`, { headers: { "x-test": "yes" } });
      const { requests } = emulator;
      assert.deepEqual([requests.count(), requests.count("inference"), requests.count("metrics")], [4, 3, 0]);
      assert.deepEqual([requests.inFlight, requests.peakInFlight], [0, 3]);
      const last = requests.log.at(-1);
      assert.deepEqual([last?.endpoint, last?.method, last?.target, last?.status], [
        "management",
        "GET",
        "/models/a%20b?x=1",
        404,
      ]);
      assert.equal(last?.headers.get("x-test"), "yes");
      requests.reset();
      assert.deepEqual([requests.count(), requests.log.length, requests.peakInFlight], [0, 0, 0]);
    });
  });
});
