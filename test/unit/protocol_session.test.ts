import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { textOf } from "../../plugin/protocol/pieces.ts";
import { Session } from "../../plugin/protocol/session.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { asSet, SeriesHost } from "../support/series.ts";

/** A conversation in this process; every line it writes is a valid message. */
class Conversation {
  readonly session: Session;
  readonly lines: Record<string, unknown>[] = [];
  /** Longest line, in bytes, newline included. */
  longest = 0;

  constructor(maxInstances?: number) {
    this.session = new Session((pieces) => {
      const line = textOf(pieces);
      assert.ok(line.endsWith("\n") && line.indexOf("\n") === line.length - 1);
      this.longest = Math.max(this.longest, new TextEncoder().encode(line).length);
      this.lines.push(v.parse(messageSchemas.output, JSON.parse(line)));
    }, maxInstances);
  }

  send(...messages: unknown[]): void {
    for (const message of messages) {
      this.session.receive({ text: typeof message === "string" ? message : JSON.stringify(message) });
    }
  }

  async ask(method: string, params?: unknown, id: unknown = 1): Promise<Record<string, unknown>> {
    this.send({ jsonrpc: "2.0", id, method, params });
    await this.session.finished();
    return this.reply(id);
  }

  reply(id: unknown): Record<string, unknown> {
    const reply = this.lines.findLast((line) => line["id"] === id);
    assert.ok(reply !== undefined, `a reply to ${id}`);
    return reply;
  }
}

/** Waits until the emulator has nothing left to answer; forgotten requests would stay. */
async function noneInFlight(emulator: Emulator): Promise<void> {
  for (const end = performance.now() + 5_000; emulator.requests.inFlight > 0;) {
    assert.ok(performance.now() < end, `${emulator.requests.inFlight} requests are in flight`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const codeOf = (reply: Record<string, unknown>) =>
  v.parse(v.object({ error: v.object({ code: v.number(), message: v.string() }) }), reply).error;
const reportOf = (reply: Record<string, unknown>) => v.parse(v.object({ result: messageSchemas.report }), reply).result;

describe("Session", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({});
  });
  after(() => emulator.close());

  it("answers check/run with a report, and check/validate with issues", async () => {
    const talk = new Conversation();
    const run = reportOf(await talk.ask("check/run", { instance: { openmetrics_endpoint: emulator.metricsUrl } }));
    assert.equal(run.status, "ok");
    assert.ok(run.metrics.length > 10);
    const reply = await talk.ask("check/validate", {
      instance: { management_api_url: emulator.managementUrl, limt: 3 },
    }, "two");
    assert.match(JSON.stringify(reply["result"]), /"path":"instance\.limt".*"suggestion":"limit"/);
  });

  it("answers initialize and describe", async () => {
    const talk = new Conversation();
    const reply = await talk.ask("initialize", { protocol_version: 1, host: { name: "test", version: "1" } });
    assert.equal(
      v.parse(v.object({ result: v.object({ protocol_version: v.number() }) }), reply).result.protocol_version,
      1,
    );
    const text = JSON.stringify(await talk.ask("describe", undefined, 2));
    for (
      const word of [
        "torchserve.openmetrics.cpu.utilization",
        "torchserve.inference_api.health",
        "management_api_url",
        "max_concurrency",
      ]
    ) {
      assert.ok(text.includes(word), word);
    }
  });

  it("offers candidates for a service", async () => {
    const service = {
      id: "c1",
      host: "10.0.0.9",
      ports: [{ number: 9000, protocol: "tcp" }, { number: 8081 }, { number: 7070 }, { number: 8082 }, {
        number: 53,
        protocol: "udp",
      }],
    };
    const reply = await new Conversation().ask("discovery/candidates", { service });
    assert.deepEqual(reply["result"], {
      instances: [
        { openmetrics_endpoint: "http://10.0.0.9:8082/metrics" },
        { management_api_url: "http://10.0.0.9:8081" },
        { openmetrics_endpoint: "http://10.0.0.9:9000/metrics" },
      ],
    });
  });

  for (
    const [what, line, code, id] of [
      ["text that is no JSON", "{", -32700, null],
      ["a batch", "[]", -32600, null],
      ["no JSON-RPC", { id: 7, method: "x" }, -32600, 7],
      ["an id of another type", { jsonrpc: "2.0", id: {}, method: "describe" }, -32600, null],
      ["no method", { jsonrpc: "2.0", id: 1 }, -32600, 1],
      ["an unknown method", { jsonrpc: "2.0", id: 1, method: "check/runn" }, -32601, 1],
      ["a method of Object.prototype", { jsonrpc: "2.0", id: 1, method: "constructor" }, -32601, 1],
      ["no instance", { jsonrpc: "2.0", id: 1, method: "check/run" }, -32602, 1],
      [
        "a timeout of zero",
        { jsonrpc: "2.0", id: 1, method: "check/run", params: { instance: {}, timeout_ms: 0 } },
        -32602,
        1,
      ],
      [
        "another protocol version",
        { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocol_version: 2 } },
        -32602,
        1,
      ],
      [
        "a line limit that is too low",
        { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocol_version: 1, max_message_bytes: 4095 } },
        -32602,
        1,
      ],
      ["params by position", { jsonrpc: "2.0", id: 1, method: "check/run", params: [1] }, -32602, 1],
    ] as const
  ) {
    it(`refuses ${what} with ${code}`, async () => {
      const talk = new Conversation();
      talk.send(line);
      await talk.session.finished();
      assert.equal(talk.lines.length, 1);
      assert.equal(codeOf(talk.reply(id)).code, code);
    });
  }

  it("answers what follows initialize by what initialize said, though both came at once", async () => {
    const talk = new Conversation();
    talk.send(
      { jsonrpc: "2.0", id: 1, method: "describe" },
      { jsonrpc: "2.0", id: 2, method: "initialize", params: { protocol_version: 1, max_message_bytes: 4_096 } },
      ...[3, 4, 5].map((id) => ({ jsonrpc: "2.0", id, method: "describe" })),
      { jsonrpc: "2.0", id: 6, method: "initialize", params: { protocol_version: 1, max_message_bytes: 8_192 } },
      { jsonrpc: "2.0", id: 7, method: "describe" },
    );
    await talk.session.finished();
    const longest = (id: number) =>
      Math.max(
        ...talk.lines.filter((line) => JSON.stringify(line).includes(`"id":${id},"part"`) || line["id"] === id)
          .map((line) => JSON.stringify(line).length + 1),
      );
    for (const id of [3, 4, 5]) assert.ok(longest(id) <= 4_096, `${longest(id)} bytes`);
    assert.ok(longest(7) <= 8_192 && longest(7) > 4_096, `${longest(7)} bytes`);
  });

  it("says which instance it forgets, where nobody else keeps what that remembered", async () => {
    const instance = { management_api_url: emulator.managementUrl, limit: 1 };
    const talk = new Conversation(2);
    for (const check_id of ["one", "two", "three"]) await talk.ask("check/run", { instance, check_id });
    const said = talk.lines.filter((line) => line["method"] === "log");
    assert.equal(said.length, 1);
    assert.match(JSON.stringify(said), /more than 2 instances: what the instance one remembered .*set state_dir/);
    const kept = new Conversation(1);
    const state = reportOf(await kept.ask("check/run", { instance, check_id: "one" })).state;
    await kept.ask("check/run", { instance, check_id: "one", state });
    await kept.ask("check/run", { instance, check_id: "two" });
    assert.deepEqual(kept.lines.filter((line) => line["method"] === "log"), []);
  });

  it("drops a state of another version, and says so", async () => {
    const instance = { management_api_url: emulator.managementUrl };
    for (const state of [{ version: 2 }, { models: [] }, { version: "1" }]) {
      const report = reportOf(await new Conversation().ask("check/run", { instance, state }));
      assert.equal(report.status, "ok");
      assert.match(report.warnings[0]?.message ?? "", /another version of torchserve-check: starting afresh/);
    }
    assert.deepEqual(reportOf(await new Conversation().ask("check/run", { instance, state: {} })).warnings, []);
  });

  it("says nothing to notifications and empty lines", async () => {
    const talk = new Conversation();
    talk.send("", "  ", { jsonrpc: "2.0", method: "whatever" }, {
      jsonrpc: "2.0",
      method: "$/cancel",
      params: { id: 99 },
    });
    await talk.session.finished();
    assert.deepEqual(talk.lines, []);
  });

  it("tells a line that was too long by its length", () => {
    const talk = new Conversation();
    talk.session.receive({ tooLong: 123 });
    assert.match(codeOf(talk.reply(null)).message, /123 bytes/);
  });

  it("makes a report of a configuration that cannot run", async () => {
    for (
      const instance of [{}, { limit: 1 }, "text", null, {
        inference_api_url: "http://a",
        management_api_url: "http://b",
      }]
    ) {
      const report = reportOf(await new Conversation().ask("check/run", { instance }));
      assert.equal(report.status, "error");
      assert.equal(report.error?.code, "config");
    }
  });

  it("makes a report of one that is nested more deeply than it could be written", async () => {
    for (const levels of [100, 10_000, 100_000]) {
      const talk = new Conversation();
      const nested = "[".repeat(levels) + "]".repeat(levels);
      talk.send(`{"jsonrpc":"2.0","id":1,"method":"check/run","params":{"instance":
        {"inference_api_url":"http://127.0.0.1:1","x":${nested}}}}`);
      await talk.session.finished();
      const report = reportOf(talk.reply(1));
      assert.equal(report.error?.code, "config", `${levels}`);
      assert.match(report.error?.message ?? "", /more than 16 levels of nesting/);
      assert.deepEqual(report.service_checks.map(({ name, status }) => [name, status]), [
        ["torchserve.inference_api.health", 2],
      ]);
    }
  });

  it("tells two of them apart", async () => {
    const talk = new Conversation();
    const nested = "[".repeat(100_000) + "]".repeat(100_000);
    const endpoints = ["inference_api_url", "management_api_url"];
    endpoints.forEach((option, id) =>
      talk.send(`{"jsonrpc":"2.0","id":${id},"method":"check/run","params":{"instance":
        {"${option}":"http://127.0.0.1:1","x":${nested}}}}`)
    );
    await talk.session.finished();
    assert.deepEqual(endpoints.map((_, id) => reportOf(talk.reply(id)).service_checks[0]?.name), [
      "torchserve.inference_api.health",
      "torchserve.management_api.health",
    ]);
  });

  it("lets requests overlap, and answers as they finish", async () => {
    const fault = emulator.faults.add({ endpoint: "inference", path: "/ping", delayMs: 150 });
    const talk = new Conversation();
    talk.send(
      {
        jsonrpc: "2.0",
        id: "slow",
        method: "check/run",
        params: { instance: { inference_api_url: emulator.inferenceUrl } },
      },
      {
        jsonrpc: "2.0",
        id: "quick",
        method: "check/run",
        params: { instance: { management_api_url: emulator.managementUrl } },
      },
    );
    await talk.session.finished();
    fault();
    assert.deepEqual(talk.lines.map((line) => line["id"]), ["quick", "slow"]);
  });

  it("ends a run that is cancelled, and nothing of it is under way then", async () => {
    const fault = emulator.faults.add({ endpoint: "management", path: /^\/models\/.+\/all/, delayMs: 10_000 });
    const talk = new Conversation();
    talk.send({
      jsonrpc: "2.0",
      id: 1,
      method: "check/run",
      params: { instance: { management_api_url: emulator.managementUrl } },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    talk.send({ jsonrpc: "2.0", method: "$/cancel", params: { id: 1 } });
    const start = performance.now();
    await talk.session.finished();
    fault();
    assert.ok(performance.now() - start < 9_000);
    assert.equal(codeOf(talk.reply(1)).code, -32800);
    await noneInFlight(emulator);
  });

  it("keeps to the host's time, with what it has", async () => {
    const fault = emulator.faults.add({ endpoint: "management", path: "/models/sentiment/all", delayMs: 10_000 });
    const start = performance.now();
    const report = reportOf(
      await new Conversation().ask("check/run", {
        instance: { management_api_url: emulator.managementUrl },
        timeout_ms: 1_000,
      }),
    );
    const took = performance.now() - start;
    fault();
    assert.ok(took < 9_000, `${took} ms`);
    assert.equal(report.status, "partial");
    assert.deepEqual(report.warnings.map(({ code }) => code), ["timeout"]);
    assert.ok(report.metrics.some(({ tags }) => tags.includes("model_name:resnet-18")));
    await noneInFlight(emulator);
  });

  it("remembers an instance between runs, and takes a state that it is given instead", async () => {
    const talk = new Conversation();
    const params = { instance: { openmetrics_endpoint: emulator.metricsUrl } };
    const flushes = (
      report: ReturnType<typeof reportOf>,
    ) => [...new Set(report.metrics.flatMap(({ flush_first_value: flush }) => flush === undefined ? [] : [flush]))];
    const first = reportOf(await talk.ask("check/run", params, 1));
    const second = reportOf(await talk.ask("check/run", params, 2));
    const other = reportOf(await talk.ask("check/run", { ...params, check_id: "other" }, 3));
    const given = reportOf(await new Conversation().ask("check/run", { ...params, state: first.state }, 4));
    assert.deepEqual([first, second, other, given].map(flushes), [[false], [true], [false], [true]]);
  });

  it("keeps every line within max_message_bytes, and parts add up to the report", async () => {
    const talk = new Conversation();
    await talk.ask("initialize", { protocol_version: 1, max_message_bytes: 4_096 });
    const params = { instance: { management_api_url: emulator.managementUrl, tags: ["some:tag"] } };
    const rest = reportOf(await talk.ask("check/run", params, "ü"));
    assert.ok(talk.longest <= 4_096, `${talk.longest}`);
    const parts = talk.lines.filter((line) => line["method"] === "report");
    assert.ok(parts.length > 1);
    const partSchema = v.object({
      params: v.object({ id: v.literal("ü"), part: v.object({ metrics: v.optional(v.array(v.unknown()), []) }) }),
    });
    const metrics = [...parts.flatMap((line) => v.parse(partSchema, line).params.part.metrics), ...rest.metrics];
    const whole = reportOf(await new Conversation().ask("check/run", params));
    assert.equal(metrics.length, whole.metrics.length);
    const longDescription = await talk.ask("describe", undefined, 5);
    assert.ok("result" in longDescription && talk.longest <= 4_096);
  });

  describe("for a host that wants series", () => {
    const openmetrics = () => ({ instance: { openmetrics_endpoint: emulator.metricsUrl } });
    const start = async (capabilities: unknown = { reports: "series", others: true }) => {
      const talk = new Conversation();
      await talk.ask("initialize", { protocol_version: 1, capabilities });
      return talk;
    };
    const ask = async (talk: Conversation, host: SeriesHost, params: object) =>
      host.read((await talk.ask("check/run", { ...params, series_id: host.seriesId }))["result"]);

    it("has the metrics of the objects, with a table when it changes", async () => {
      const objects = reportOf(await new Conversation().ask("check/run", openmetrics())).metrics;
      const talk = await start();
      const host = new SeriesHost();
      assert.deepEqual(asSet(await ask(talk, host, openmetrics())).length, asSet(objects).length);
      // Counters flow from the second run on.
      for (let run = 0; run < 3; run++) assert.equal((await ask(talk, host, openmetrics())).length, objects.length);
      assert.equal(host.tables, 2);
      const restarted = await start();
      await ask(restarted, new SeriesHost(), openmetrics());
      await ask(restarted, host, openmetrics());
      assert.equal(host.tables, 2, "the table of another process");
    });

    it("has values of this run for each of two runs of one instance at once", async () => {
      const talk = await start();
      const params = { ...openmetrics(), check_id: "a" };
      for (const id of [1, 2, 3]) talk.send({ jsonrpc: "2.0", id, method: "check/run", params });
      await talk.session.finished();
      const counts = [1, 2, 3].map((id) => new SeriesHost().read(talk.reply(id)["result"]).length);
      assert.ok((counts[0] ?? 0) > 10);
      assert.equal(new Set(counts).size, 1);
    });

    it("has no metrics of a target that is down, of a wrong configuration, and after a cancelled run", async () => {
      const talk = await start();
      const host = new SeriesHost();
      assert.ok((await ask(talk, host, openmetrics())).length > 0);
      assert.deepEqual(await ask(talk, host, { instance: { openmetrics_endpoint: "http://127.0.0.1:1/metrics" } }), []);
      assert.deepEqual(await ask(talk, host, { instance: {} }), []);
      talk.send(
        { jsonrpc: "2.0", id: "x", method: "check/run", params: openmetrics() },
        { jsonrpc: "2.0", method: "$/cancel", params: { id: "x" } },
      );
      await talk.session.finished();
      assert.equal(codeOf(talk.reply("x")).code, -32800);
      assert.ok((await ask(talk, host, openmetrics())).length > 0);
    });

    it("goes back to objects with another initialize, and refuses what it does not know", async () => {
      const talk = await start();
      await talk.ask("initialize", { protocol_version: 1 });
      assert.ok(reportOf(await talk.ask("check/run", openmetrics())).metrics.length > 0);
      assert.equal(
        codeOf(await talk.ask("initialize", { protocol_version: 1, capabilities: { reports: "x" } })).code,
        -32602,
      );
    });
  });

  it("answers what runs before it shuts down, and nothing after", async () => {
    const talk = new Conversation();
    let down = false;
    talk.session.onShutdown = () => void (down = true);
    talk.send(
      {
        jsonrpc: "2.0",
        id: 1,
        method: "check/run",
        params: { instance: { inference_api_url: emulator.inferenceUrl } },
      },
      { jsonrpc: "2.0", id: 2, method: "shutdown" },
      { jsonrpc: "2.0", id: 3, method: "describe" },
    );
    await talk.session.finished();
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(talk.lines.map((line) => line["id"]), [3, 1, 2]);
    assert.deepEqual(talk.reply(2), { jsonrpc: "2.0", id: 2, result: null });
    assert.equal(codeOf(talk.reply(3)).code, -32600);
    assert.ok(down);
  });

  it("refuses an id that is in use", async () => {
    const talk = new Conversation();
    const run = {
      jsonrpc: "2.0",
      id: 1,
      method: "check/run",
      params: { instance: { inference_api_url: emulator.inferenceUrl } },
    };
    talk.send(run, run);
    await talk.session.finished();
    assert.equal(talk.lines.length, 2);
    assert.match(JSON.stringify(talk.lines[0]), /in use/);
  });
});
