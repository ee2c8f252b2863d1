import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { hashMapOrder, hashOfStrings } from "../../plugin/emulator/java.ts";
import type { Client } from "./torchserve_client.ts";

/** The families: name, type, unit, label names. */
const families = [
  ["MemoryAvailable", "gauge", "Megabytes", "Level Hostname"],
  ["GPUMemoryUtilization", "gauge", "Percent", "Level DeviceId Hostname"],
  ["HandlerTime", "gauge", "ms", "ModelName Level Hostname"],
  ["Requests5XX", "counter", "Count", "Level Hostname"],
  ["DiskUtilization", "gauge", "Percent", "Level Hostname"],
  ["DiskUsage", "gauge", "Gigabytes", "Level Hostname"],
  ["WorkerLoadTime", "gauge", "Milliseconds", "WorkerName Level Hostname"],
  ["PredictionTime", "gauge", "ms", "ModelName Level Hostname"],
  ["ts_inference_requests_total", "counter", "Count", "model_name model_version hostname"],
  ["MemoryUtilization", "gauge", "Percent", "Level Hostname"],
  ["Requests2XX", "counter", "Count", "Level Hostname"],
  ["MemoryUsed", "gauge", "Megabytes", "Level Hostname"],
  ["GPUUtilization", "gauge", "Percent", "Level DeviceId Hostname"],
  ["Requests4XX", "counter", "Count", "Level Hostname"],
  ["CPUUtilization", "gauge", "Percent", "Level Hostname"],
  ["ts_inference_latency_microseconds", "counter", "Microseconds", "model_name model_version hostname"],
  ["QueueTime", "gauge", "Milliseconds", "Level Hostname"],
  ["DiskAvailable", "gauge", "Gigabytes", "Level Hostname"],
  ["GPUMemoryUsed", "gauge", "Megabytes", "Level DeviceId Hostname"],
  ["WorkerThreadTime", "gauge", "Milliseconds", "Level Hostname"],
  ["ts_queue_latency_microseconds", "counter", "Microseconds", "model_name model_version hostname"],
] as const;

const contentType = "text/plain; version=0.0.4; charset=utf-8";
const sampleLine = /^(\w+)\{((?:\w+="(?:[^"\\]|\\.)*",)*)\} (-?\d+\.\d+(?:E-?\d+)?)$/;

interface Sample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
}

function parse(text: string): Sample[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [, name, labels, value] = sampleLine.exec(line) ?? assert.fail(`no sample: ${line}`);
    const pairs = [...(labels ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)",/g)];
    return { name: name ?? "", labels: pairs.map(([, label = "", text = ""]) => [label, text]), value: Number(value) };
  });
}

/** The metrics endpoint in `prometheus` mode. */
export function metricsCases(client: () => Client): void {
  const read = async (query = "") => parse((await client().metrics(`/metrics${query}`)).text);
  const valueOf = (samples: Sample[], name: string, ...labels: string[]) =>
    samples.find((sample) => sample.name === name && labels.every((label, i) => sample.labels[i]?.[1] === label))
      ?.value;

  describe("the metrics endpoint", () => {
    it("answers in Prometheus' text format 0.0.4, to any method, and without a key", async () => {
      for (const [method, path] of [["GET", "/metrics"], ["POST", "/metrics"], ["GET", "/metrics/x"]] as const) {
        const { status, headers, text } = await client().metrics(path, { method, anonymous: true });
        assert.deepEqual([status, headers["content-type"]], [200, contentType]);
        assert.match(text, /^# HELP \w+ Torchserve prometheus /);
        assert.ok(text.endsWith("\n"));
      }
    });

    it("ignores what the client accepts", async () => {
      const headers = { accept: "application/openmetrics-text; version=1.0.0" };
      assert.equal((await client().metrics("/metrics", { headers })).headers["content-type"], contentType);
    });

    it("shows every family once, also those without samples, in an order of the server's own", async () => {
      const { text } = await client().metrics();
      const comments = text.split("\n").filter((line) => line.startsWith("#"));
      const helps = comments.filter((_, i) => i % 2 === 0);
      const types = comments.filter((_, i) => i % 2 === 1);
      assert.deepEqual(types.map((line) => line.split(" ")[2]), helps.map((line) => line.split(" ")[2]));
      const expected = families.map(([name, type, unit]) =>
        `# HELP ${name} Torchserve prometheus ${type} metric with unit: ${unit}`
      );
      assert.deepEqual(helps.sort(), expected.sort());
      assert.deepEqual(types.sort(), families.map(([name, type]) => `# TYPE ${name} ${type}`).sort());
    });

    it("gives each sample its family's labels, and the host's name last", async () => {
      const samples = await read();
      const hosts = new Set(samples.map(({ labels }) => labels.at(-1)?.[1]));
      assert.equal(hosts.size, 1);
      for (const { name, labels } of samples) {
        const [, , , expected] = families.find(([family]) => family === name) ?? assert.fail(name);
        assert.equal(labels.map(([label]) => label).join(" "), expected);
      }
    });

    it("orders samples as Java's hash map of label values does", async () => {
      for (const name of ["a", "b", "c", "d e"]) {
        await client().register("beta.mar", name);
        await client().inference(`/predictions/${encodeURIComponent(name)}`, { method: "POST", body: "x" });
        await client().inference(`/predictions/${encodeURIComponent(name)}/1.0`, { method: "POST", body: "x" });
        await client().unregister(name);
      }
      const shown = (await read("?name[]=ts_inference_requests_total"))
        .map(({ labels }) => labels.map(([, value]) => value));
      assert.ok(shown.length >= 8);
      assert.deepEqual(shown, hashMapOrder(shown, hashOfStrings));
      assert.notDeepEqual(shown, [...shown].sort());
    });

    it("has the host's numbers and each worker's time to load", async () => {
      const samples = await read();
      for (
        const name of [
          "CPUUtilization",
          "DiskAvailable",
          "DiskUsage",
          "DiskUtilization",
          "MemoryAvailable",
          "MemoryUsed",
          "MemoryUtilization",
        ]
      ) {
        assert.ok(valueOf(samples, name, "Host") !== undefined, name);
      }
      const workers = samples.filter(({ name }) => name === "WorkerLoadTime").map(({ labels }) => labels[0]?.[1]);
      assert.ok(workers.some((worker) => /^W-\d+-alpha_1\.0$/.test(worker ?? "")));
      assert.ok(workers.some((worker) => /^W-\d+-beta_1\.0$/.test(worker ?? "")));
    });

    it("filters by the names of samples, and gives nothing for a name that has none", async () => {
      const { text } = await client().metrics("/metrics?name[]=CPUUtilization&name%5B%5D=Requests2XX&name[]=nope");
      assert.deepEqual(new Set(parse(text).map(({ name }) => name)), new Set(["CPUUtilization", "Requests2XX"]));
      assert.equal(text.split("\n").filter((line) => line.startsWith("# TYPE")).length, 2);
      for (const name of ["ts_inference_requests", "GPUUtilization"]) {
        assert.equal((await client().metrics(`/metrics?name[]=${name}`)).text, "");
      }
    });

    it("counts answers by class, over all three APIs, a scrape not in itself", async () => {
      const count = async () => {
        const samples = await read();
        return ["Requests2XX", "Requests4XX", "Requests5XX"].map((name) => valueOf(samples, name, "Host") ?? 0);
      };
      const before = await count();
      await client().inference("/ping");
      await client().management("/models");
      await client().management("/models/nope");
      await client().metrics("/nope");
      await client().inference("/predictions/beta", { method: "POST", body: "raise" });
      const after = await count();
      // Two, and the first scrape.
      assert.deepEqual(after.map((value, i) => value - (before[i] ?? 0)), [3, 2, 1]);
    });

    it("counts predictions under the version that was asked for, or default", async () => {
      const count = async () => {
        const samples = await read();
        return ["default", "1.0"].map((version) =>
          valueOf(samples, "ts_inference_requests_total", "beta", version) ?? 0
        );
      };
      const before = await count();
      const ask = { method: "POST", body: "x" };
      await client().inference("/predictions/beta", ask);
      await client().inference("/predictions/beta", ask);
      await client().inference("/predictions/beta/1.0", ask);
      const after = await count();
      assert.deepEqual(after.map((value, i) => value - (before[i] ?? 0)), [2, 1]);
      const samples = await read();
      for (const name of ["ts_inference_latency_microseconds", "ts_queue_latency_microseconds"]) {
        assert.ok((valueOf(samples, name, "beta", "1.0") ?? 0) > 0, name);
      }
      assert.ok(valueOf(samples, "PredictionTime", "beta", "Model") !== undefined);
      assert.ok(valueOf(samples, "QueueTime", "Host") !== undefined);
    });

    it("counts a request for a model without workers, but no latency", async () => {
      await client().register("beta.mar", "lazy");
      await client().inference("/predictions/lazy", { method: "POST", body: "x" });
      await client().unregister("lazy");
      const samples = await read();
      assert.equal(valueOf(samples, "ts_inference_requests_total", "lazy", "default"), 1);
      assert.equal(valueOf(samples, "ts_inference_latency_microseconds", "lazy"), undefined);
    });

    it("escapes labels", async () => {
      const name = 'quo"te\\';
      await client().register("beta.mar", name);
      await client().inference(`/predictions/${encodeURIComponent(name)}`, { method: "POST", body: "x" });
      await client().unregister(name);
      const { text } = await client().metrics();
      assert.match(text, /\{model_name="quo\\"te\\\\",model_version="default",hostname="[^"]*",\} 1\.0\n/);
    });
  });
}

const logLine =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3} - (\w+)\.(\w+):(-?\d+\.\d+(?:E-?\d+)?)\|#([^|]*)\|#hostname:([^,|]+)(?:,requestID:([0-9a-f-]{36}))?,timestamp:(\d{10})$/;

/** The metrics endpoint and the logs in `log` mode. */
export function logCases(client: () => Client): void {
  const read = (file: string) => {
    const { logDirectory } = client().target;
    assert.ok(logDirectory !== undefined);
    return readFileSync(join(logDirectory, `${file}.log`), "utf8").split("\n").filter((line) => line !== "");
  };
  /** Waits for the writer, which does not write at once. */
  const until = async (file: string, pattern: RegExp): Promise<void> => {
    for (const deadline = Date.now() + 5000; !read(file).some((line) => pattern.test(line));) {
      assert.ok(Date.now() < deadline, `no line of ${file}.log matches ${pattern}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  describe("log mode", () => {
    it("leaves the metrics endpoint empty, with status 200 and without a key", async () => {
      for (const path of ["/metrics", "/metrics?name[]=CPUUtilization"]) {
        const { status, headers, text } = await client().metrics(path, { anonymous: true });
        assert.deepEqual([status, headers["content-type"], text], [200, contentType, ""]);
      }
    });

    it("writes every update as a line, with the labels of the family", async () => {
      await client().inference("/predictions/alpha", { method: "POST", body: "x" });
      await client().inference("/predictions/alpha/1.0", { method: "POST", body: "x" });
      await client().inference("/predictions/nope", { method: "POST", body: "x" });
      await client().inference("/predictions/alpha", { method: "POST", body: "raise" });
      await until("ts_metrics", /Requests5XX/);
      await until("model_metrics", /PredictionTime/);
      const labelsOf = new Map<string, string>();
      for (const file of ["ts_metrics", "model_metrics"] as const) {
        for (const line of read(file)) {
          const match = logLine.exec(line);
          assert.ok(match !== null, line);
          const [, name = "", unit, value, labels = "", , requestId] = match;
          const family = families.find((each) => each[0] === name);
          assert.equal(unit, family?.[2], line);
          assert.equal(
            labels.split(",").map((label) => label.split(":")[0]).join(" "),
            family?.[3].split(" ").slice(0, -1).join(" "),
            line,
          );
          assert.equal(requestId !== undefined, file === "model_metrics", line);
          // A counter's line says by how much, not how many.
          if (unit === "Count") assert.equal(value, "1.0", line);
          labelsOf.set(`${name} ${labels}`, file);
        }
      }
      for (
        const [key, file] of [
          ["CPUUtilization Level:Host", "ts_metrics"],
          ["Requests2XX Level:Host", "ts_metrics"],
          ["Requests4XX Level:Host", "ts_metrics"],
          ["ts_inference_requests_total model_name:alpha,model_version:default", "ts_metrics"],
          ["ts_inference_requests_total model_name:alpha,model_version:1.0", "ts_metrics"],
          ["ts_inference_latency_microseconds model_name:alpha,model_version:1.0", "ts_metrics"],
          ["ts_queue_latency_microseconds model_name:alpha,model_version:default", "ts_metrics"],
          ["QueueTime Level:Host", "ts_metrics"],
          ["WorkerThreadTime Level:Host", "ts_metrics"],
          ["PredictionTime ModelName:alpha,Level:Model", "model_metrics"],
        ] as const
      ) {
        assert.equal(labelsOf.get(key), file, key);
      }
      assert.ok(
        [...labelsOf.keys()].some((key) => /^WorkerLoadTime WorkerName:W-\d+-alpha_1\.0,Level:Host$/.test(key)),
      );
    });
  });
}
