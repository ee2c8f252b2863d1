import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http2 from "node:http2";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { collected, type ProcessedLog, shippedEngine } from "../../plugin/assets/logs/mod.ts";
import { LOG_SOURCES } from "../../plugin/config/descriptions/logs.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

const SECOND = 1_000;

describe("the log pipeline on the logs of a real TorchServe", () => {
  let server: RealTorchServe;
  const logs = new Map<string, ProcessedLog[]>();

  before(async () => {
    server = await start(await prepare(), { models: ["alpha=alpha_v1.mar"], metricsMode: "log" });
    await provoke(server);
    const engine = await shippedEngine();
    for (const [i, name] of ["model_log.log", "ts_log.log"].entries()) {
      const rules = LOG_SOURCES[i]?.log_processing_rules ?? [];
      const messages = await collected(readFileSync(join(server.logDirectory, name), "utf8"), rules);
      logs.set(name, messages.map((message) => engine.process(message)));
    }
  });

  after(async () => await server?.stop());

  const all = () => [...logs.values()].flat();
  const by = (rule: string) => all().filter((log) => log.rule === rule);

  it("reads every message, and knows its time, level and logger", () => {
    assert.ok(all().length > 50, `${all().length} messages`);
    for (const log of all()) {
      assert.ok(log.rule !== undefined && log.rule !== "bare", JSON.stringify(log));
      assert.ok(log.timestamp !== undefined && "level" in log.attributes && "logger" in log.attributes, log.message);
    }
  });

  it("gets no metric, and what models print once", () => {
    const loggers = (name: string) =>
      new Set(logs.get(name)?.map(({ attributes }) => JSON.stringify(attributes.logger)));
    for (const logger of loggers("ts_log.log")) assert.doesNotMatch(logger, /"(?:TS_METRICS|MODEL_METRICS|MODEL_LOG)"/);
    for (const logger of loggers("model_log.log")) assert.match(logger, /"MODEL_LOG"/);
    assert.ok(all().every(({ message }) => !message.includes("[METRICS]")));
  });

  it("knows which version answered, and who failed", () => {
    const answered = by("by_worker").map(({ attributes, status }) => [attributes.model, attributes.http, status]);
    const model = { name: "alpha", version: "1.0" };
    const http = { method: "POST", url_details: { path: "/predictions/alpha" }, version: "1.1" };
    assert.deepEqual(answered.slice(0, 2), [
      [model, { ...http, status_code: 200 }, "info"],
      [model, { ...http, status_code: 503 }, "error"],
    ]);
    const refused = by("request").find(({ message }) => message.includes("/predictions/nobody"));
    assert.deepEqual([refused?.status, refused?.attributes.model], ["warn", { name: "nobody" }]);
  });

  it("knows gRPC", () => {
    const ping = all().find(({ message }) => message.includes("/Ping "));
    assert.deepEqual(ping?.attributes.rpc, {
      grpc: { status_code: 0 },
      method: "Ping",
      service: "org.pytorch.serve.grpc.inference.InferenceAPIsService",
    });
  });

  it("has each traceback as one message, an error of its model", () => {
    const kinds = by("traceback").map(({ attributes, status, message }) => {
      assert.equal(status, "error");
      assert.match(message, /^Traceback [^]*\n[^]*RuntimeError: [^\n]*$/);
      return [(attributes.model as { name: string }).name, (attributes.error as { message: string }).message];
    });
    const expected = [["alpha", "asked to raise"], ["broken", "broken on load"], ["broken", "500 - Unknown exception"]];
    for (const one of expected) assert.ok(kinds.some((kind) => kind.join() === one.join()), JSON.stringify(kinds));
  });

  it("sees that a worker is started again, and the server's own exceptions and start", () => {
    assert.ok(all().some(({ message, status }) => /^Retry worker: \d+ in /.test(message) && status === "warn"));
    assert.ok(by("thrown").some(({ attributes }) => JSON.stringify(attributes.error).includes("InterruptedException")));
    const { version, gpus } = by("startup")[0]?.attributes.torchserve as Record<string, unknown>;
    assert.deepEqual([version, typeof gpus], ["0.12.0", "number"]);
  });
});

/** Makes the server write all kinds of lines, and waits until it has. */
async function provoke({ inferenceUrl, managementUrl, directory, logDirectory }: RealTorchServe): Promise<void> {
  const ask = async (url: string, init: RequestInit = {}) => await (await fetch(url, init)).text();
  await ask(`${inferenceUrl}/ping`);
  for (const body of ["x", "raise"]) await ask(`${inferenceUrl}/predictions/alpha`, { method: "POST", body });
  await ask(`${inferenceUrl}/predictions/nobody`, { method: "POST", body: "x" });
  await ask(`${managementUrl}/models?url=broken.mar&initial_workers=1&synchronous=false`, { method: "POST" });
  const config = readFileSync(join(directory, "config.properties"), "utf8");
  await ping(Number(/grpc_inference_port=(\d+)/.exec(config)?.[1]));
  const written = () => readFileSync(join(logDirectory, "ts_log.log"), "utf8");
  const deadline = Date.now() + 60 * SECOND;
  while (!/Retry worker: /.test(written()) || !/InterruptedException/.test(written())) {
    assert.ok(Date.now() < deadline, "the broken model was not started again in a minute");
    await new Promise((resolve) => setTimeout(resolve, SECOND / 4));
  }
}

/** `InferenceAPIsService/Ping` with an empty message. */
async function ping(port: number): Promise<void> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  try {
    await new Promise<void>((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({
        ":method": "POST",
        ":path": "/org.pytorch.serve.grpc.inference.InferenceAPIsService/Ping",
        "content-type": "application/grpc",
        te: "trailers",
      });
      stream.on("data", () => {}).on("end", resolve).on("error", reject).end(new Uint8Array(5));
    });
  } finally {
    session.close();
  }
}
