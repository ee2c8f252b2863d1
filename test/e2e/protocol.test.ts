import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { merge } from "../support/parts.ts";
import { asSet, SeriesHost } from "../support/series.ts";
import { PluginProcess, PLUGINS, request, runPlugin } from "../support/plugin_process.ts";

const partMessage = v.object({ params: v.object({ part: v.unknown() }) });
const reply = v.object({ result: messageSchemas.report });
const reportOf = (message: unknown) => v.parse(reply, message).result;
const flushes = (
  message: unknown,
) => [
  ...new Set(reportOf(message).metrics.flatMap(({ flush_first_value: flush }) => flush === undefined ? [] : [flush])),
];

/** The other side learns of a closed connection a moment later. */
async function none(open: ReadonlySet<unknown>): Promise<void> {
  for (let i = 0; i < 50 && open.size > 0; i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(open.size, 0);
}

for (const plugin of PLUGINS) {
  describe(`the protocol of ${plugin.name}`, () => {
    let emulator: Emulator;
    let directory: string;
    before(async () => {
      emulator = await startEmulator({ models: Array.from({ length: 1_000 }, (_, i) => ({ name: `m${i}` })) });
      directory = await mkdtemp(join(tmpdir(), "e2e-"));
    });
    after(async () => {
      await emulator.close();
      await rm(directory, { recursive: true });
    });

    const instances = () => ({
      metrics: { openmetrics_endpoint: emulator.metricsUrl },
      inference: { inference_api_url: emulator.inferenceUrl },
      management: { management_api_url: emulator.managementUrl, limit: 2_000 },
    });

    it("answers one request and ends with status 0, also when the target is down", async () => {
      for (const instance of [instances().inference, { inference_api_url: "http://127.0.0.1:1" }]) {
        const { status, stdout, stderr } = await runPlugin(plugin, request("check/run", { instance }));
        assert.equal(status, 0);
        assert.equal(stderr, "");
        assert.equal(stdout.split("\n").length, 2);
        assert.equal(
          reportOf(JSON.parse(stdout)).status,
          instance === undefined ? "ok" : instance.inference_api_url.endsWith(":1") ? "error" : "ok",
        );
      }
    });

    it("answers a request without a newline at its end", async () => {
      const { stdout } = await runPlugin(plugin, request("describe").trimEnd());
      assert.equal(
        v.parse(v.object({ result: v.object({ protocol: v.object({ max: v.number() }) }) }), JSON.parse(stdout)).result
          .protocol.max,
        1,
      );
    });

    it("answers a request of each method, and ends after shutdown though its input stays open", async () => {
      const talk = new PluginProcess(plugin);
      for (
        const [method, params] of [
          ["initialize", { protocol_version: 1, host: { name: "e2e", version: "1" } }],
          ["check/validate", { instance: instances().metrics }],
          ["describe", undefined],
          ["discovery/candidates", { service: { id: "x", host: "h", ports: [{ number: 8082, protocol: "tcp" }] } }],
          ["check/run", { instance: instances().metrics }],
          ["shutdown", undefined],
        ] as const
      ) {
        const answer = await talk.ask(method, params);
        assert.ok("result" in answer, JSON.stringify(answer));
      }
      assert.equal((await talk.ended).status, 0);
    });

    it("writes a reply of more than 1 MB whole through a pipe", async () => {
      const { status, stdout } = await runPlugin(plugin, request("check/run", { instance: instances().management }));
      assert.equal(status, 0);
      assert.ok(stdout.length > 1_000_000, `${stdout.length}`);
      const report = reportOf(JSON.parse(stdout));
      assert.equal(report.status, "ok");
      assert.equal(report.metrics.length, 1 + 1_000 * 11);
    });

    it("writes it whole to a reader that is slow, too", async () => {
      const talk = new PluginProcess(plugin);
      talk.child.stdout.pause();
      talk.write(request("check/run", { instance: instances().management }));
      talk.child.stdin.end();
      await new Promise((resolve) => setTimeout(resolve, 700));
      talk.child.stdout.resume();
      const { status, stdout } = await talk.ended;
      assert.equal(status, 0);
      assert.equal(reportOf(JSON.parse(stdout)).metrics.length, 11_001);
    });

    it("writes series, whole and in parts, that are the objects of the same run", async () => {
      const objects = await runPlugin(plugin, request("check/run", { instance: instances().management }));
      const expected = asSet(reportOf(JSON.parse(objects.stdout)).metrics);
      for (const max_message_bytes of [undefined, 4_096]) {
        const talk = new PluginProcess(plugin);
        const host = new SeriesHost();
        await talk.ask("initialize", { protocol_version: 1, max_message_bytes, capabilities: { reports: "series" } });
        for (let run = 0; run < 3; run++) {
          const before = talk.messages().length;
          const params = { instance: instances().management, series_id: host.seriesId };
          const { result } = await talk.ask("check/run", params);
          const parts = talk.messages().slice(before).flatMap((message) =>
            message["method"] === "report" ? [v.parse(partMessage, message).params.part] : []
          );
          assert.equal(parts.length > 0, max_message_bytes !== undefined);
          assert.deepEqual(asSet(host.read([...parts, result].reduce(merge))), expected);
        }
        assert.equal(host.tables, 1);
        const { stdout } = await talk.finish();
        for (const line of stdout.split("\n")) {
          if (max_message_bytes !== undefined) assert.ok(line.length < max_message_bytes, `${line.length}`);
          assert.match(line, /^$|^\{"jsonrpc":"2\.0",("id":\d+,|"method":"report")/);
        }
      }
    });

    it("gives the same first values in one process and in two with the state handed over", async () => {
      const instance = instances().metrics;
      const connected = new PluginProcess(plugin);
      const inOne = [
        flushes(await connected.ask("check/run", { instance })),
        flushes(await connected.ask("check/run", { instance })),
      ];
      await connected.finish();
      const first = JSON.parse((await runPlugin(plugin, request("check/run", { instance }))).stdout);
      const second = await runPlugin(plugin, request("check/run", { instance, state: reportOf(first).state }));
      const inTwo = [flushes(first), flushes(JSON.parse(second.stdout))];
      assert.deepEqual(inOne, [[false], [true]]);
      assert.deepEqual(inTwo, inOne);
    });

    it("keeps state in state_dir, for the next process", async () => {
      const input = request("initialize", { protocol_version: 1, state_dir: join(directory, plugin.name) }, 0);
      const run = input + request("check/run", { instance: instances().metrics, check_id: "torchserve:abc" });
      const last = async () => JSON.parse((await runPlugin(plugin, run)).stdout.split("\n")[1] ?? "");
      assert.deepEqual([flushes(await last()), flushes(await last())], [[false], [true]]);
      assert.equal((await readdir(join(directory, plugin.name))).length, 1);
    });

    it("sends events to the next process that has the state", async () => {
      const management = { management_api_url: emulator.managementUrl, limit: 1 };
      const first = reportOf(
        JSON.parse((await runPlugin(plugin, request("check/run", { instance: management }))).stdout),
      );
      emulator.models.register({ name: "zz_new" });
      const params = { instance: management, state: first.state, hostname: "host-a" };
      const next = reportOf(JSON.parse((await runPlugin(plugin, request("check/run", params))).stdout));
      emulator.models.unregister("zz_new");
      assert.deepEqual(next.events.map(({ msg_text: text, host }) => [text, host]), [
        ["The model [zz_new] has been added with the file [zz_new.mar].", "host-a"],
      ]);
    });

    it("finishes what runs when its input ends or SIGTERM comes", async () => {
      const undo = emulator.faults.add({ endpoint: "inference", delayMs: 300 });
      const run = request("check/run", { instance: instances().inference });
      const byEnd = await runPlugin(plugin, run);
      const talk = new PluginProcess(plugin);
      await talk.ask("initialize", { protocol_version: 1 });
      talk.write(request("check/run", { instance: instances().inference }, "late"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      talk.signal("SIGTERM");
      const bySignal = await talk.ended;
      undo();
      assert.deepEqual([byEnd.status, bySignal.status], [0, 0]);
      assert.equal(reportOf(JSON.parse(byEnd.stdout)).status, "ok");
      assert.equal(reportOf(JSON.parse(bySignal.stdout.split("\n")[1] ?? "")).status, "ok");
    });

    it("closes its connections when a run is cancelled, and when its time is up", async () => {
      const open = new Set<unknown>();
      const silent = createServer((socket) => {
        open.add(socket);
        socket.resume();
        socket.on("error", () => {}).on("close", () => open.delete(socket));
      });
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const address = silent.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const instance = { inference_api_url: `http://127.0.0.1:${port}` };
      const talk = new PluginProcess(plugin);
      talk.write(request("check/run", { instance }, "cancelled"));
      while (open.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      talk.write(`${JSON.stringify({ jsonrpc: "2.0", method: "$/cancel", params: { id: "cancelled" } })}\n`);
      const cancelled = await talk.reply("cancelled");
      assert.equal(v.parse(v.object({ error: v.object({ code: v.number() }) }), cancelled).error.code, -32800);
      await none(open);
      const start = performance.now();
      const late = reportOf(await talk.ask("check/run", { instance, timeout_ms: 1_500 }));
      assert.ok(performance.now() - start < 15_000);
      assert.equal(late.error?.code, "timeout");
      await none(open);
      await talk.finish();
      silent.close();
    });

    it("leaves no request of a crawl under way when it is cancelled or its time is up", async () => {
      const undo = emulator.faults.add({ delayMs: 40 });
      const { requests } = emulator;
      const talk = new PluginProcess(plugin);
      const settled = async () => {
        const asked = requests.count();
        await new Promise((resolve) => setTimeout(resolve, 150));
        assert.deepEqual([requests.inFlight, requests.count()], [0, asked]);
      };
      // While the first pages of the list come, while models are described besides, and when the list is whole.
      for (const count of [2, 40, 400]) {
        requests.reset();
        const id = `cancelled after ${count}`;
        talk.write(request("check/run", { instance: instances().management }, id));
        while (requests.count() < count) await new Promise((resolve) => setTimeout(resolve, 2));
        talk.write(`${JSON.stringify({ jsonrpc: "2.0", method: "$/cancel", params: { id } })}\n`);
        assert.ok("error" in await talk.reply(id));
        await settled();
      }
      for (const timeout_ms of [200, 1_000]) {
        const late = reportOf(await talk.ask("check/run", { instance: instances().management, timeout_ms }));
        assert.notEqual(late.status, "ok");
        await settled();
      }
      await talk.finish();
      undo();
    });

    // Bun itself reads bunfig.toml before any source; what users run is the binary.
    if (plugin.name !== "Bun") {
      it("takes nothing from a hostile working directory", async () => {
        await writeFile(join(directory, ".env"), "HTTP_PROXY=http://127.0.0.1:9\nNODE_OPTIONS=--bad\n");
        await writeFile(join(directory, "bunfig.toml"), 'preload = ["./evil.ts"]\n');
        await writeFile(join(directory, "evil.ts"), 'require("node:fs").writeSync(1, "evil\\n"); process.exit(3);\n');
        await writeFile(join(directory, "tsconfig.json"), "{");
        await writeFile(join(directory, "package.json"), "{");
        const { status, stdout } = await runPlugin(plugin, request("check/run", { instance: instances().inference }), {
          cwd: directory,
        });
        assert.equal(status, 0);
        assert.equal(reportOf(JSON.parse(stdout)).status, "ok");
      });
    }
  });
}
