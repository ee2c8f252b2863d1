import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { PLUGINS, request } from "../support/plugin_process.ts";
import { Host, peakMiB } from "./host.ts";
import { goodBody } from "./kinds.ts";
import { answer, rawHttpServer } from "./servers.ts";

/** Requests whose replies are 40 kB each. */
const describes = (count: number) => Array.from({ length: count }, (_, i) => request("describe", {}, `d${i}`)).join("");
const MANY = 300;
const quote = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");

for (const plugin of PLUGINS) {
  describe(`${plugin.name}, when the host does not read stdout`, () => {
    /** A host that has asked for 12 MB and reads nothing of them. */
    const clogged = async (): Promise<Host> => {
      const host = new Host(plugin);
      await host.ask("initialize", { protocol_version: 1 });
      host.child.stdout.pause();
      host.write(describes(MANY));
      await new Promise((resolve) => setTimeout(resolve, 700));
      return host;
    };

    it("takes bounded memory, and writes all of it when the host reads on", async () => {
      const host = await clogged();
      const peak = peakMiB(host.pid);
      const replies = Array.from({ length: MANY }, (_, i) => host.expect(`d${i}`));
      host.child.stdout.resume();
      assert.ok((await Promise.all(replies)).every(({ result }) => result !== undefined));
      assert.ok(peak < 250, `${peak} MiB`);
      assert.deepEqual(await host.finish(), { status: 0, signal: null });
    });

    it("keeps the deadlines of runs", async () => {
      const server = createServer((socket) => socket.resume());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      const port = typeof address === "object" ? address?.port : 0;
      const host = new Host(plugin);
      await host.ask("initialize", { protocol_version: 1 });
      const run = host.run({ instance: { inference_api_url: `http://127.0.0.1:${port}` }, timeout_ms: 600 });
      host.child.stdout.pause();
      host.write(describes(60));
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      host.child.stdout.resume();
      const { stats, error } = await run;
      await host.finish();
      server.close();
      assert.equal(error?.code, "timeout");
      assert.ok(stats.duration_ms < 3_500, `${stats.duration_ms} ms`);
    });

    it("ends within seconds of SIGTERM, with status 1", async () => {
      const host = await clogged();
      const start = performance.now();
      host.signal("SIGTERM");
      const status = await new Promise((resolve) => host.child.on("exit", resolve));
      assert.equal(status, 1);
      assert.ok(performance.now() - start < 20_000);
      host.child.stdout.destroy();
    });

    it("ends when the host closes stdout", async () => {
      const host = new Host(plugin);
      await host.ask("initialize", { protocol_version: 1 });
      host.child.stdout.destroy();
      host.write(describes(10));
      const { status } = await host.ended;
      assert.equal(status, 1);
      assert.equal(host.stderr, "");
    });

    it("ends in a pipeline whose reader goes away", async () => {
      const pipeline = spawn("/bin/sh", ["-c", `${quote(plugin.command)} | head -c 100 | wc -c`]);
      let output = "";
      let errors = "";
      pipeline.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
      pipeline.stderr.setEncoding("utf8").on("data", (text: string) => errors += text);
      pipeline.stdin.on("error", () => {});
      pipeline.stdin.write(describes(10));
      await new Promise((resolve) => pipeline.on("close", resolve));
      assert.equal(output.trim(), "100");
      assert.equal(errors, "");
    });

    it("writes a report of several MB whole into a pipeline that is slow", async () => {
      const models = Array.from({ length: 100 }, (_, i) => ({ modelName: `m${i}`, modelUrl: "a.mar" }));
      const workers = Array.from({ length: 100 }, (_, i) => ({ id: `${9_000 + i}`, status: "READY", memoryUsage: i }));
      const server = await rawHttpServer((socket, { target }) => {
        const versions = [{ modelName: "m", modelVersion: "1.0", workers }];
        const body = JSON.stringify(target.includes("/models/") ? versions : { models });
        socket.end(answer(200, target.includes("/models") ? body : goodBody(target)));
      });
      const instance = { management_api_url: `http://127.0.0.1:${server.port}` };
      const slowly = `${quote(plugin.command)} | (sleep 0.5; cat)`;
      const pipeline = spawn("/bin/sh", ["-c", slowly]);
      let output = "";
      pipeline.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
      pipeline.stdin.end(request("check/run", { instance }));
      await new Promise((resolve) => pipeline.on("close", resolve));
      server.close();
      assert.ok(output.length > 4_000_000, `${output.length}`);
      assert.equal(JSON.parse(output).result.metrics.length, 1 + 100 * (1 + 3 + 3 * 100));
    });

    it("writes the buckets of report after report whole", async () => {
      const bounds = ["0.1", "0.5", "1", "+Inf"];
      const histogram = (path: number) =>
        bounds.map((bound, i) => `h_seconds_bucket{path="${"p".repeat(60)}${path}",le="${bound}"} ${path + i}\n`).join(
          "",
        );
      const page = `# TYPE h_seconds histogram\n${Array.from({ length: 3_000 }, (_, i) => histogram(i)).join("")}`;
      const server = await rawHttpServer((socket) => socket.end(answer(200, page)));
      const instance = {
        openmetrics_endpoint: `http://127.0.0.1:${server.port}/metrics`,
        extra_metrics: [".+"],
        histogram_buckets_as_distributions: true,
      };
      const host = new Host(plugin);
      for (let run = 0; run < 3; run++) {
        const { histogram_buckets: buckets } = await host.run({ check_id: "c", instance });
        assert.equal(buckets.length, 3_000 * bounds.length);
        assert.equal(new Set(buckets.map(({ upper_bound, tags }) => `${upper_bound} ${tags}`)).size, buckets.length);
      }
      await host.finish();
      server.close();
    });

    it("leaves stdout as it is for the programs that share it, a file and a pipe", async () => {
      const folder = await mkdtemp(join(tmpdir(), "stdout-"));
      const [file, input] = [join(folder, "out"), join(folder, "in")];
      await writeFile(input, request("initialize", { protocol_version: 1 }));
      const shared = `(echo before; ${quote(plugin.command)} < ${input}; cat /proc/self/fdinfo/1)`;
      await promisify(execFile)("/bin/sh", ["-c", `${shared} > ${file}`]);
      const { stdout } = await promisify(execFile)("/bin/sh", ["-c", `${shared} | cat`]);
      for (const text of [await readFile(file, "utf8"), stdout]) {
        const [before, reply = "", after] = text.split("\n");
        assert.equal(before, "before");
        assert.equal(JSON.parse(reply).result.protocol_version, 1);
        assert.match(after ?? "", /^pos:/);
      }
      // For a file it means nothing.
      const flags = parseInt(/flags:\s*(\d+)/.exec(stdout)?.[1] ?? "", 8);
      assert.equal(flags & (constants.O_WRONLY | constants.O_NONBLOCK), constants.O_WRONLY, stdout);
      await rm(folder, { recursive: true });
    });
  });
}
