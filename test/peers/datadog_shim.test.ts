import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import { line, LINE_SECONDS } from "../unit/metrics_log_support.ts";
import { AgentClient } from "./agent/client.ts";
import { BINARY, ShimHost } from "./agent/shim.ts";
import type { Case } from "./case.ts";
import { compare } from "./compare.ts";
import { changingCase } from "./changing_case.ts";
import { Differential } from "./differential.ts";
import { runSuite, summary } from "./openmetrics_differential.ts";
import { Ours } from "./ours.ts";
import { Target } from "./target.ts";
import { compareWithAgent } from "./torchserve_comparison.ts";

const CASES = 300;
const timeout = 280_000;

describe("in the Agent's runtime the shim submits what the Agent's own check submits", () => {
  let shim: ShimHost;
  before(async () => {
    shim = await ShimHost.start();
  });
  after(() => shim?.close());

  for (const [how, env] of [["", {}], [", in parts of 4,096 bytes", { SHIM_MESSAGE_BYTES: "4096" }]] as const) {
    it(`over eleven scrapes with series that come, change and go, not one submission differs${how}`, async () => {
      const [agent, target, ours] = await Promise.all([
        AgentClient.start(),
        Target.start(),
        ShimHost.start({ env: { TORCHSERVE_CHECK_BIN: BINARY, ...env } }),
      ]);
      try {
        const differential = new Differential(agent, target, ours);
        for (const instance of INSTANCES) {
          const made: Case = { ...changingCase(), instance };
          assert.equal(made.scrapes.length, 11);
          assert.deepEqual((await differential.run(made)).raw, [], JSON.stringify(instance));
        }
      } finally {
        await Promise.all([agent.close(), target.close(), ours.close()]);
      }
    });
  }

  it(`in ${CASES} random cases`, { timeout }, async () => {
    const seed = 2;
    const failures: string[] = [];
    const result = await runSuite({ seed, cases: CASES, ours: shim, onFailure: (text) => failures.push(text) });
    process.stderr.write(`the shim: ${summary(seed, result)}\n`);
    assert.equal(result.equalAfterFilters, CASES, failures.join("\n"));
  });

  it("of all three endpoints, before and after the models have changed", async () => {
    const emulator = await startEmulator({ metricTimeInterval: 0 });
    const { metricsUrl: metrics, inferenceUrl: inference, managementUrl: management } = emulator;
    try {
      const result = await compareWithAgent({ metrics, inference, management }, {
        ours: shim,
        between: () => {
          const [first = "", second = ""] = emulator.models.names();
          emulator.predict(first, { times: 3 });
          emulator.models.unregister(second);
          emulator.collect();
          return Promise.resolve();
        },
      });
      for (const name of ["metrics", "inference", "management"] as const) {
        assert.deepEqual(result[name]?.differences, [], name);
        assert.ok((result[name]?.submissions ?? 0) > 0, name);
      }
    } finally {
      await emulator.close();
    }
  });
});

/** Besides the address. */
const INSTANCES = [
  {},
  { histogram_buckets_as_distributions: true, non_cumulative_histogram_buckets: true, tags: ["team:ml", "bare"] },
  { hostname_label: "host", telemetry: true, exclude_labels: ["Level"] },
  { disable_generic_tags: true, tags: ["cluster:a"], metric_patterns: { exclude: ["disk"] }, max_returned_metrics: 40 },
] as const;

describe("what the Agent's integration does not have is submitted as it is reported:", () => {
  it("metrics_log, whose lines come from run to run", async () => {
    const directory = await mkdtemp(join(tmpdir(), "torchserve-check-logs-"));
    const shim = await ShimHost.start();
    try {
      const file = join(directory, "ts_metrics.log");
      await writeFile(file, "");
      const instance = { metrics_log: { directory, start: "beginning" }, tags: ["team:ml"] };
      const [ours, theirs] = await Promise.all([
        new Ours().submissions("connected", instance),
        shim.submissions("connected", instance),
      ]);
      let submitted = 0;
      for (let run = 0; run < 11; run++) {
        await appendFile(file, logLines(run));
        const [expected, found] = [await ours(), await theirs()];
        assert.deepEqual(compare(found, expected), [], `run ${run}`);
        submitted += found.metrics.length;
      }
      assert.ok(submitted >= 24, `${submitted}`);
    } finally {
      await shim.close();
      await rm(directory, { recursive: true });
    }
  });
});

/** A model comes with the fourth run, and is gone from the eighth. */
function logLines(run: number): string {
  const models = run >= 3 && run < 8 ? ["alpha", "beta"] : ["alpha"];
  return models.map((model) =>
    line("ts_inference_requests_total.Count", run + 1, `model_name:${model},model_version:default`) +
    line("QueueTime.Milliseconds", run * 2)
  ).join("").replaceAll(`${LINE_SECONDS}`, `${Math.floor(Date.now() / 1_000)}`);
}
