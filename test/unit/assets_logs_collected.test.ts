import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { collected, shippedEngine } from "../../plugin/assets/logs/mod.ts";
import { CONTAINER_LOGS, LOG_SOURCES } from "../../plugin/config/descriptions/logs.ts";

const [MODEL_LOG, TS_LOG] = LOG_SOURCES.map(({ log_processing_rules }) => log_processing_rules);
assert.ok(MODEL_LOG !== undefined && TS_LOG !== undefined);

const line = (text: string, thread = "W-9000-alpha_1.0-stdout") =>
  `2026-11-27T21:33:07,204 [INFO ] ${thread} MODEL_LOG - ${text}`;

const TRACEBACK = [
  "Traceback (most recent call last):",
  '  File "/tmp/handler.py", line 15, in handle',
  "    total_time a.b - c",
  "           ^^^",
  "RuntimeError: 1 - 2",
].map((text) => line(text));

describe("collected()", () => {
  it("joins lines, leaves out and masks as the Agent's collector does", async () => {
    const text = "a 1\n b\r\na 2\n\na 3 secret\n";
    assert.deepEqual(await collected(text, []), ["a 1", "b", "a 2", "a 3 secret"]);
    const start = { type: "multi_line", name: "start", pattern: "a \\d" } as const;
    assert.deepEqual(await collected(text, [start]), ["a 1\n b", "a 2", "a 3 secret"]);
    const rules = [
      start,
      { type: "exclude_at_match", name: "two", pattern: "2$" },
      { type: "mask_sequences", name: "mask", pattern: "sec\\w+", replace_placeholder: "***" },
      { type: "include_at_match", name: "one", pattern: "[13]" },
    ] as const;
    assert.deepEqual(await collected(text, rules), ["a 1\n b", "a 3 ***"]);
    assert.deepEqual(await collected("", rules), []);
  });
});

describe("the rules for model_log.log", () => {
  it("make one message of a traceback, and of nothing else", async () => {
    const others = ["Torch worker started.", "[PID]5953", "model_name: a", "INFO:root:x", "Warning: x", "done", "_x 1"];
    for (const other of others.map((text) => line(text))) {
      const messages = await collected([other, ...TRACEBACK, other].join("\n"), MODEL_LOG);
      assert.deepEqual(messages, [other, TRACEBACK.join("\n"), other]);
    }
  });

  it("end a traceback with the name of an exception, whatever it is, with a text or without", async () => {
    const names = [
      "KeyError: 'x'",
      "AssertionError",
      "torch.cuda.OutOfMemoryError: CUDA",
      "Exception: x",
      "OSError: x",
    ];
    for (const name of names) {
      const traceback = [...TRACEBACK.slice(0, -1), line(name)];
      assert.deepEqual(await collected(traceback.join("\n"), MODEL_LOG), [traceback.join("\n")]);
    }
  });
});

describe("the rules for ts_log.log", () => {
  it("join what has no date, and leave out metrics and what model_log.log has", async () => {
    const kept = "2026-11-27T21:33:03,924 [INFO ] main org.pytorch.serve.ModelServer - \nTorchserve version: 0.12.0";
    const text = [
      kept,
      ...TRACEBACK,
      "2026-11-27T21:33:03,925 [INFO ] pool-3-thread-1 TS_METRICS - CPUUtilization.Percent:0.0|#Level:Host|#hostname:a",
      "2026-11-27T21:33:03,926 [INFO ] W-9000-my model_1.0-stdout MODEL_METRICS - PredictionTime.ms:0.23|#ModelName:alpha",
      "2026-11-27T21:33:03,927 [INFO ] W-9000-a_1-stdout org.pytorch.serve.wlm.WorkerLifeCycle - result=[METRICS]A.ms:1",
      kept,
    ];
    assert.deepEqual(await collected(text.join("\n"), TS_LOG), [kept, kept]);
  });
});

describe("the rules for containers", () => {
  const [rules] = CONTAINER_LOGS.map(({ log_processing_rules }) => log_processing_rules);
  assert.ok(rules !== undefined);

  it("join tracebacks and what has no date, and leave out metrics alone", async () => {
    const banner = "2026-11-27T21:33:03,924 [INFO ] main org.pytorch.serve.ModelServer - \nTorchserve version: 0.12.0";
    const access =
      '2026-11-27T21:33:07,194 [INFO ] epollEventLoopGroup-3-1 ACCESS_LOG - /1.2.3.4:1 "GET /ping HTTP/1.1" 200 0';
    const metric =
      "2026-11-27T21:33:03,925 [INFO ] pool-3-thread-1 TS_METRICS - CPUUtilization.Percent:0.0|#Level:Host";
    const blanks = line("Torch worker started.", "W-9000-my model_1.0-stdout");
    const text = ["undated", banner, ...TRACEBACK, metric, access, blanks].join("\n");
    assert.deepEqual(await collected(text, rules), ["undated", banner, TRACEBACK.join("\n"), access, blanks]);
  });
});

const RECORDED = new URL("../../../shared/fixtures/torchserve-0.12.0/logs/", import.meta.url);

describe("logs that a TorchServe 0.12.0 wrote", {
  skip: !existsSync(RECORDED) && "../shared is absent: nothing is run",
}, () => {
  const text = (name: string) => readFileSync(new URL(name, RECORDED), "utf8");
  const sources = [
    { name: "model_log.log", rules: MODEL_LOG, expected: { other: 17 } },
    { name: "ts_log.log", rules: TS_LOG, expected: { startup: 1, request: 8, other: 6 } },
    // These are not to be collected: each line is read all the same.
    { name: "access_log.log", rules: [], expected: { access_log: 14 } },
    { name: "ts_metrics.log", rules: [], expected: { bare: 80 } },
    { name: "model_metrics.log", rules: [], expected: { bare: 1 } },
  ];

  for (const { name, rules, expected } of sources) {
    it(`are read line by line: ${name}`, async () => {
      const engine = await shippedEngine();
      const counts = new Map<string, number>();
      for (const message of await collected(text(name), rules)) {
        const { rule, timestamp, status } = engine.process(message);
        assert.ok(rule !== undefined && timestamp !== undefined, message);
        assert.ok(["info", "debug", "warn", "error"].includes(status), message);
        counts.set(rule, (counts.get(rule) ?? 0) + 1);
      }
      assert.deepEqual(Object.fromEntries([...counts].sort()), Object.fromEntries(Object.entries(expected).sort()));
    });
  }
});
