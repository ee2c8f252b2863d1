import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { validateInstance } from "../../plugin/config/mod.ts";
import { runCheck, type RunRequest } from "../../plugin/run/mod.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Metric, State } from "../../plugin/report/report.ts";
import { temporaryDirectory } from "./metrics_log_support.ts";

/** An instance run after run; of monotonic counts the growth is shown, as a host agent derives it. */
class Runs {
  #state: State | undefined;
  #totals = new Map<string, number>();

  constructor(readonly instance: Record<string, unknown>) {}

  /** `type name{tags} value`, sorted. */
  async next(): Promise<string[]> {
    const result = await validateInstance({ ...this.instance, tag_by_endpoint: false }, {});
    assert.ok(result.ok, JSON.stringify(result.issues));
    const request: RunRequest = { config: result.config, issues: [], state: this.#state, hostStartSeconds: 0 };
    const report = await runCheck(request);
    assert.equal(report.status, "ok", JSON.stringify(report.warnings));
    this.#state = JSON.parse(JSON.stringify(report.state));
    return report.metrics.flatMap((metric) => this.#shown(metric)).sort();
  }

  #shown({ name, type, value, tags, hostname, flush_first_value }: Metric): string[] {
    const context = `${name}{${[...tags].sort().join(",")}}${hostname ?? ""}`;
    const text = (type: string, value: number) => [`${type} ${context} ${Number(value.toPrecision(12))}`];
    if (type !== "monotonic_count") return text(type, value);
    const before = this.#totals.get(context) ?? (flush_first_value ? 0 : value);
    this.#totals.set(context, value);
    return text("count", value - before);
  }
}

interface Pair {
  /** Does the same to both. */
  both(act: (server: Emulator) => void): void;
  /** Runs both instances. */
  compare(): Promise<{ endpoint: string[]; logs: string[] }>;
}

/** Two servers with the same seed, one of which writes logs, and an instance for each. */
async function withPair(options: Record<string, unknown>, use: (pair: Pair) => Promise<void>): Promise<void> {
  const logDirectory = temporaryDirectory();
  const common: EmulatorOptions = { seed: 7, metricTimeInterval: 0 };
  const shown = await startEmulator({ ...common, metricsMode: "prometheus" });
  const logged = await startEmulator({ ...common, metricsMode: "log", logDirectory });
  try {
    const endpoint = new Runs({ ...options, openmetrics_endpoint: shown.metricsUrl });
    const logs = new Runs({ ...options, metrics_log: logDirectory });
    await use({
      both: (act) => [shown, logged].forEach(act),
      compare: async () => {
        const both = { endpoint: await endpoint.next(), logs: await logs.next() };
        // A scrape is a request that its server counts, too: the same load has it on both.
        await (await fetch(logged.metricsUrl)).text();
        return both;
      },
    });
  } finally {
    await Promise.all([shown.close(), logged.close()]);
  }
}

describe("the logs of a server and its metrics endpoint", () => {
  it("give the same numbers under the same load, run after run, rotation or not", async () => {
    await withPair({}, async ({ both, compare }) => {
      const expectEqual = async (...expected: string[]) => {
        const { endpoint, logs } = await compare();
        assert.deepEqual(logs, endpoint);
        assert.ok(logs.length >= 12, logs.join("\n"));
        for (const text of expected) assert.ok(logs.includes(`count torchserve.openmetrics.${text}`), logs.join("\n"));
      };
      const inferences = (model: string) => `inference.count{model_name:${model},model_version:default}`;
      await expectEqual();
      both((server) => server.predict("resnet-18", { times: 3 }));
      await expectEqual(`${inferences("resnet-18")} 3`);
      both((server) => {
        server.collect();
        server.predict("sentiment", { times: 2 });
        server.rotateLogs();
        server.predict("resnet-18");
      });
      await expectEqual(
        `${inferences("resnet-18")} 1`,
        `${inferences("sentiment")} 2`,
        "requests.2xx.count{level:Host} 1",
      );
      await expectEqual(`${inferences("resnet-18")} 0`, `${inferences("sentiment")} 0`);
    });
  });

  it("give the same with options that change names, labels and hosts", async () => {
    const options = {
      tags: ["env:test"],
      extra_metrics: [{ ts_inference_requests_total: "renamed" }],
      exclude_metrics: ["^Disk"],
      exclude_labels: ["model_version", "hostname", "Hostname"],
      rename_labels: { model_name: "model" },
      hostname_label: "hostname",
      hostname_format: "ts:<HOSTNAME>",
    };
    await withPair(options, async ({ both, compare }) => {
      both((server) => server.predict("resnet-18", { times: 3 }));
      await compare();
      both((server) => server.predict("resnet-18", { times: 2 }));
      const { endpoint, logs } = await compare();
      assert.deepEqual(logs, endpoint);
      assert.ok(!logs.some((text) => text.includes("disk")));
      const latency =
        /^count torchserve\.openmetrics\.inference\.latency\.count\{env:test,model:resnet-18\}ts:torchserve-0 \d/;
      assert.ok(logs.some((text) => latency.test(text)), logs.join("\n"));
    });
  });
});
