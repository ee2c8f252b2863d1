import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY, PLUGINS } from "../support/plugin_process.ts";
import { forgetPeak, Host, peakMiB, type Reply } from "./host.ts";

const codeOf = ({ error }: Reply): number | undefined =>
  typeof error === "object" && error !== null && "code" in error ? Number(error.code) : undefined;
const line = (message: unknown) => `${JSON.stringify(message)}\n`;
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + "1" + close.repeat(depth);

/** Lines that are no requests, and the code of the answer; without one there is none. */
const GARBAGE: readonly (readonly [what: string, bytes: string | Uint8Array, code?: number])[] = [
  ["text", "hello\n", -32700],
  ["half of a request", '{"jsonrpc":"2.0","id":1,"method":"describe"\n', -32700],
  ["two requests in a line", '{"jsonrpc":"2.0","id":1,"method":"describe"} {"jsonrpc":"2.0"}\n', -32700],
  ["invalid UTF-8", Uint8Array.of(0xff, 0xfe, 0x7b, 0xc3, 0x28, 10), -32700],
  ["NULs", "\0\0\0\n", -32700],
  ["a byte order mark alone", "\ufeff{\n", -32700],
  ["a batch", "[]\n", -32600],
  ["null", "null\n", -32600],
  ["a number", "1e999\n", -32600],
  ["another version", line({ jsonrpc: "1.0", method: "describe" }), -32600],
  ["an id that is an object", line({ jsonrpc: "2.0", id: {}, method: "describe" }), -32600],
  ["a method that is a number", line({ jsonrpc: "2.0", id: null, method: 7 }), -32600],
  ["an unknown method", line({ jsonrpc: "2.0", id: null, method: "__proto__" }), -32601],
  ["a method of 1 MB", line({ jsonrpc: "2.0", id: null, method: "m".repeat(1_000_000) }), -32601],
  ["no params", line({ jsonrpc: "2.0", id: null, method: "discovery/candidates" }), -32602],
  [
    "a time limit of minus one",
    line({ jsonrpc: "2.0", id: null, method: "check/run", params: { instance: {}, timeout_ms: -1 } }),
    -32602,
  ],
  ["arrays 100,000 deep", `${nested(100_000, "[", "]")}\n`],
  ["empty lines", "\n \r\n\t\n"],
  ["an unknown notification", line({ jsonrpc: "2.0", method: "nothing" })],
  ["a cancel of nothing", line({ jsonrpc: "2.0", method: "$/cancel", params: { id: "none" } })],
  ["a cancel without params", line({ jsonrpc: "2.0", method: "$/cancel" })],
];

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, when the host`, () => {
    let emulator: Emulator;
    let host: Host;
    before(async () => {
      emulator = await startEmulator();
    });
    after(() => emulator.close());
    const instance = () => ({ inference_api_url: emulator.inferenceUrl });
    const served = async () => assert.equal((await host.run({ instance: instance() })).status, "ok");
    const each = async (work: () => Promise<void>) => {
      host = new Host(plugin);
      await work();
      await served();
      assert.deepEqual(await host.finish(), { status: 0, signal: null });
      assert.equal(host.stderr, "");
    };

    it("sends garbage: each line has one answer at most, and the next request is served", () =>
      each(async () => {
        for (const [what, bytes, code] of GARBAGE) {
          host.anonymous.length = 0;
          host.write(bytes);
          await served();
          // Requests overlap: an answer may come after that of a later request.
          for (let i = 0; i < 200 && code !== undefined && host.anonymous.length === 0; i++) {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          const codes = host.anonymous.map(codeOf);
          if (code === undefined) {
            const known = codes.every((one) => one === -32700 || one === -32600);
            assert.ok(codes.length <= 1 && known, `${what}: ${codes}`);
          } else {
            assert.deepEqual(codes, [code], what);
          }
        }
      }));

    it("sends instances and states that are deep, huge or odd: each has a reply", () =>
      each(async () => {
        const deep = nested(20_000, '{"a":', "}");
        const texts = [
          `{"instance":${deep}}`,
          `{"instance":{"inference_api_url":${JSON.stringify(emulator.inferenceUrl)},"tags":${
            nested(20_000, "[", "]")
          }}}`,
          `{"instance":${JSON.stringify(instance())},"state":${deep}}`,
          `{"instance":${JSON.stringify(instance())},"state":{"a":"${"x".repeat(10_000_000)}"}}`,
          `{"instance":{"inference_api_url":"${"x".repeat(5_000_000)}"}}`,
          `{"instance":{"__proto__":{"inference_api_url":"http://127.0.0.1:1"}}}`,
          `{"instance":[],"init_config":7}`,
          `{"instance":null}`,
        ];
        for (const [i, params] of texts.entries()) {
          const reply = host.expect(`odd ${i}`);
          host.write(`{"jsonrpc":"2.0","id":"odd ${i}","method":"check/run","params":${params}}\n`);
          const { result } = await reply;
          if (result === undefined) assert.equal(codeOf(await reply), -32602, params.slice(0, 50));
        }
      }));

    it("sends lines of 10 MB: memory stays bounded", () =>
      each(async () => {
        await served();
        const before = peakMiB(host.pid);
        for (let i = 0; i < 10; i++) host.write(`${"x".repeat(10_000_000)}\n`);
        await served();
        assert.equal(host.anonymous.length, 10);
        const grown = peakMiB(host.pid) - before;
        assert.ok(grown < 250, `${grown} MiB more`);
      }));

    it("asks for 50 runs at once: they overlap", () =>
      each(async () => {
        await served();
        const undo = emulator.faults.add({ endpoint: "inference", delayMs: 300 });
        const start = performance.now();
        const reports = await Promise.all(Array.from({ length: 50 }, () => host.run({ instance: instance() })));
        undo();
        assert.deepEqual([...new Set(reports.map(({ status }) => status))], ["ok"]);
        assert.ok(performance.now() - start < 10_000, "50 times 300 ms, one after the other, are 15 s");
      }));

    it("cancels in storms: every request has one answer", () =>
      each(async () => {
        const undo = emulator.faults.add({ endpoint: "inference", delayMs: 100 });
        const runs = Array.from({ length: 200 }, () => host.send("check/run", { instance: instance() }));
        for (let round = 0; round < 5; round++) {
          for (const { id } of runs) {
            if (id % 4 !== 0) host.write(line({ jsonrpc: "2.0", method: "$/cancel", params: { id } }));
          }
        }
        const replies = await Promise.all(runs.map(({ reply }) => reply));
        undo();
        assert.equal(replies.filter((reply) => codeOf(reply) === -32800).length, 150);
        assert.equal(replies.filter(({ result }) => result !== undefined).length, 50);
        assert.equal(host.stdout.split("\n").length - 1, 200);
      }));

    it("sends SIGTERM in the middle of 50 runs: all are answered, and it ends with 0", async () => {
      host = new Host(plugin);
      await served();
      const undo = emulator.faults.add({ endpoint: "inference", delayMs: 300 });
      const runs = Array.from({ length: 50 }, () => host.run({ instance: instance() }));
      await host.ask("check/validate", { instance: instance() });
      host.signal("SIGTERM");
      const reports = await Promise.all(runs);
      undo();
      assert.ok(reports.every(({ status }) => status === "ok"));
      assert.deepEqual(await host.ended, { status: 0, signal: null });
    });

    it("sends SIGTERM and keeps stdin open: it ends with 0", async () => {
      host = new Host(plugin);
      await served();
      host.signal("SIGTERM");
      assert.deepEqual(await host.ended, { status: 0, signal: null });
    });
  });
}

describe("binary, when the host sends", () => {
  it("a line of 100 MB: it is refused without being kept", async () => {
    const host = new Host(BINARY);
    await host.ask("initialize", { protocol_version: 1 });
    await forgetPeak(host.pid);
    const piece = "x".repeat(1_000_000);
    for (let i = 0; i < 100; i++) {
      host.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    host.write("\n");
    await host.ask("initialize", { protocol_version: 1 });
    assert.deepEqual(host.anonymous.map(codeOf), [-32600]);
    assert.ok(peakMiB(host.pid) < 400, `${peakMiB(host.pid)} MiB`);
    assert.equal((await host.finish()).status, 0);
  });
});
