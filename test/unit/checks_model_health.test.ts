import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseGpuUsage } from "../../plugin/checks/management/gpu_usage.ts";
import type { ModelVersion, Worker } from "../../plugin/checks/management/schemas.ts";
import { judgeModel, type SeenWorker } from "../../plugin/checks/management/model_health.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const worker = (id: string, status: string, pid: number, secondsAgo = 10): Worker => ({
  id,
  status,
  pid,
  startTime: new Date(NOW - secondsAgo * 1_000).toISOString(),
});
const version = (minWorkers: number, ...workers: Worker[]): ModelVersion => ({
  modelName: "m",
  modelVersion: "1.0",
  minWorkers,
  startupTimeout: 60,
  workers,
});
const seenBefore = (...workers: [id: string, pid: number, restarts: number][]) =>
  new Map<string, SeenWorker>(workers.map(([id, pid, restarts]) => [id, { pid, restarts }]));

describe("judgeModel()", () => {
  const cases: readonly (readonly [string, ModelVersion, ReadonlyMap<string, SeenWorker>, number, RegExp])[] = [
    ["all workers ready", version(2, worker("1", "READY", 7), worker("2", "READY", 8)), seenBefore(), 0, /^$/],
    ["none wanted, none there", version(0), seenBefore(), 0, /^$/],
    [
      "an extra worker that loads",
      version(1, worker("1", "READY", 7), worker("2", "UNLOADING", 8)),
      seenBefore(),
      0,
      /^$/,
    ],
    [
      "fewer ready than wanted",
      version(2, worker("1", "READY", 7), worker("2", "UNLOADING", 8)),
      seenBefore(),
      1,
      /^1 of 2 workers READY, 2 wanted; worker 2 \(process 8\) is UNLOADING for 10 s: loading, or failing to load$/,
    ],
    ["no workers though one is wanted", version(1), seenBefore(), 2, /^0 of 1 workers READY, 1 wanted.*model_log\.log/],
    [
      "none ready though one is wanted",
      version(1, worker("1", "UNLOADING", -1)),
      seenBefore(),
      2,
      /worker 1 \(process none\) is UNLOADING for 10 s: loading, or failing/,
    ],
    [
      "a worker whose process changed and is not ready",
      version(1, worker("1", "UNLOADING", 8)),
      seenBefore(["1", 7, 0]),
      2,
      /worker 1 \(process 8\) is crash-looping: UNLOADING for 10 s, started anew once between runs.*model_log\.log/,
    ],
    [
      "a worker that crash-looped before and waits for its next process",
      version(1, worker("1", "UNLOADING", -1)),
      seenBefore(["1", 7, 3]),
      2,
      /crash-looping: .*started anew 3 times/,
    ],
    [
      "a crash-looping worker beside enough ready ones",
      version(1, worker("1", "READY", 7), worker("2", "UNLOADING", 9)),
      seenBefore(["2", 8, 0]),
      2,
      /^1 of 2 workers READY, 1 wanted; worker 2 .*crash-looping/,
    ],
    [
      "a worker that loads for longer than startupTimeout",
      version(1, worker("1", "READY", 7), worker("2", "UNLOADING", 8, 61)),
      seenBefore(["2", 8, 0]),
      2,
      /worker 2 \(process 8\) is stuck: UNLOADING for 61 s/,
    ],
    [
      "a ready worker that was started anew",
      version(1, worker("1", "READY", 8)),
      seenBefore(["1", 7, 0]),
      1,
      /worker 1 \(process 8\) was started anew since the last run: process 7 is gone/,
    ],
    ["a ready worker that stayed", version(1, worker("1", "READY", 8)), seenBefore(["1", 8, 4]), 0, /^$/],
  ];
  for (const [name, model, seen, status, message] of cases) {
    it(`is ${["OK", "WARNING", "CRITICAL"][status]} for ${name}`, () => {
      const health = judgeModel(model, seen, NOW);
      assert.equal(health.status, status, health.message);
      assert.match(health.message, message);
    });
  }

  it("counts restarts until a worker is ready and stays so", () => {
    let seen: ReadonlyMap<string, SeenWorker> = seenBefore();
    const restarts = [
      ["UNLOADING", 7],
      ["UNLOADING", 8],
      ["UNLOADING", -1],
      ["UNLOADING", 9],
      ["READY", 9],
      ["READY", 9],
    ].map(([status, pid]) => {
      ({ seen } = judgeModel(version(1, worker("1", String(status), Number(pid))), seen, NOW));
      return seen.get("1")?.restarts;
    });
    assert.deepEqual(restarts, [0, 1, 1, 2, 0, 0]);
  });

  it("names three workers at most", () => {
    const many = Array.from({ length: 50 }, (_, i) => worker(String(i), "UNLOADING", i + 1));
    const { message } = judgeModel(version(50, ...many), seenBefore(), NOW);
    assert.match(message, /worker 2 .*; and 47 more/);
  });

  it("does without what old servers do not tell", () => {
    const { status, message } = judgeModel({ modelName: "m", modelVersion: "1", workers: [{}] }, seenBefore(), NOW);
    assert.deepEqual([status, message], [0, ""]);
  });
});

describe("parseGpuUsage()", () => {
  const cases = [
    [
      "gpuId::2 utilization.gpu::80 % utilization.memory::70 % memory.used::5,120 MiB",
      { id: "2", utilization: 80, memoryUtilization: 70, memoryUsed: 5120 },
    ],
    [
      "gpuId::0 utilization.gpu::12.5 % utilization.memory::0 % memory.used::16,384 MiB",
      { id: "0", utilization: 12.5, memoryUtilization: 0, memoryUsed: 16384 },
    ],
    [
      "gpuId::0 utilization.gpu [%]::25 % utilization.memory [%]::3 % memory.used [MiB]::456 MiB",
      { id: "0", utilization: 25, memoryUtilization: 3, memoryUsed: 456 },
    ],
    [
      // A German Java.
      "gpuId::1 utilization.gpu::12,5 % utilization.memory::1 % memory.used::5.120 MiB",
      { id: "1", utilization: 12.5, memoryUtilization: 1, memoryUsed: 5120 },
    ],
    [
      "gpuId::1 utilization.gpu [%]::[N/A] utilization.memory [%]::3 % memory.used [MiB]::[N/A]",
      { id: "1", utilization: undefined, memoryUtilization: 3, memoryUsed: undefined },
    ],
    ["N/A", undefined],
    ["failed to obtained gpu usage", undefined],
    ["", undefined],
  ] as const;
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseGpuUsage(text), expected));
  }
});
