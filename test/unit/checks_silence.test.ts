/** What people are told of what is not collected, and what the report then has. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { checkMetricsLog } from "../../plugin/checks/metrics_log.ts";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import type { Insight, Note } from "../../plugin/report/mod.ts";
import { checkWith } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";
import { FollowedDirectory, line, requests } from "./metrics_log_support.ts";

const URL_8082 = "http://ts:8082/metrics";

/** What is told of a page, and the names of the metrics that were submitted. */
async function told(page: string, options: object = {}): Promise<{ notes: readonly Note[]; names: string[] }> {
  const insight: Insight = { notes: [] };
  const instance = { openmetrics_endpoint: URL_8082, ...options };
  const report = await checkWith(checkOpenMetrics, instance, new FakeHttp({ "/metrics": page }), { insight });
  return { notes: insight.notes, names: report.metrics.map(({ name }) => name) };
}

const OURS = "# TYPE MemoryUsed gauge\nMemoryUsed 1\n# TYPE QueueTime gauge\nQueueTime 1\n" +
  "# TYPE ts_inference_requests_total counter\nts_inference_requests_total 1\n";
/** What stands in the instance once the lines are pasted. */
const pasted = ({ paste = [] }: Note): object => parse(paste.join("\n"));

describe("metrics that are exposed, and not collected", () => {
  it("are named, with the lines that collect them", async () => {
    const page = `${OURS}# TYPE tokens_total counter\ntokens_total 5\n# TYPE depth gauge\ndepth 2\nplain 3\n`;
    const { notes: [note, ...more] } = await told(page);
    assert.equal(more.length, 0);
    assert.match(
      note?.text ?? "",
      /^Exposed, not collected: 3 metrics of http:\/\/ts:8082\/metrics \(tokens, depth, pl/,
    );
    assert.deepEqual(note?.paste, [
      "extra_metrics:",
      "  - tokens",
      "  - depth",
      "  - plain: {name: plain, type: gauge}",
    ]);
    const after = await told(page, pasted(note));
    assert.deepEqual(after.notes, []);
    assert.deepEqual(after.names.slice(-3), ["ns.tokens.count", "ns.depth", "ns.plain"]);
  });

  it("keep their own names where only the type is missing", async () => {
    const { notes: [note] } = await told(`${OURS}CPUUtilization 3\n`);
    assert.deepEqual(note?.paste, ["extra_metrics:", "  - CPUUtilization: {name: cpu.utilization, type: gauge}"]);
    assert.deepEqual((await told(`${OURS}CPUUtilization 3\n`, pasted(note))).names.at(-1), "ns.cpu.utilization");
  });

  it("are not those that exclude_metrics names", async () => {
    assert.deepEqual((await told(`${OURS}# TYPE depth gauge\ndepth 2\n`, { exclude_metrics: ["depth"] })).notes, []);
  });

  it("are collected by the lines, whatever their names are", async () => {
    const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,12}$/).filter((each) => !OURS.includes(each));
    const quoted = fc.stringMatching(/^[a-z.'$+ é-]{1,8}$/).map((each) => `x${each}`);
    const type = fc.constantFrom("counter", "gauge", "untyped", undefined);
    await fc.assert(
      fc.asyncProperty(fc.oneof(name, quoted), type, async (each, as) => {
        const shown = /^[\w:]+$/.test(each) ? each : undefined;
        const sample = shown === undefined ? `{"${each}"} 1\n` : `${each} 1\n`;
        const page = `${OURS}${as === undefined ? "" : `# TYPE ${shown ?? `"${each}"`} ${as}\n`}${sample}`;
        const { notes } = await told(page);
        const [note] = notes.filter(({ paste }) => paste !== undefined);
        assert.ok(note !== undefined, page);
        const after = await told(page, pasted(note));
        assert.deepEqual(after.notes, [], page);
        assert.equal(after.names.length, 4, page);
      }),
      { numRuns: 60 },
    );
  });

  it("are named for logs as well", async () => {
    const followed = new FollowedDirectory();
    followed.append(requests() + line("Depth.Count", 2) + line("Odd.Milliseconds", 2));
    const insight: Insight = { notes: [] };
    const logs = { ts_metrics: followed.path(), model_metrics: followed.path("model_metrics.log") };
    const instance = { metrics_log: { ...logs, start: "beginning" } };
    await checkWith(checkMetricsLog, instance, new FakeHttp({}), { insight, nowMs: followed.nowMs });
    assert.deepEqual(insight.notes[0]?.paste, ["extra_metrics:", "  - Depth", "  - Odd"]);
  });
});

describe("extra_metrics that nothing exposes", () => {
  it("are named, with what was meant", async () => {
    const page = `${OURS}# TYPE tokens_total counter\ntokens_total 5\n`;
    const extra_metrics = ["tokens_total", { tokens: "t" }, "tok.*", "tokns", { "gone.*": "x" }];
    const { notes } = await told(page, { extra_metrics });
    assert.deepEqual(notes.map(({ text }) => text.replace(URL_8082, "URL")), [
      'extra_metrics: URL has no metric "tokns". Did you mean tokens?',
      'extra_metrics: URL has no metric "gone.*": nothing is collected by it, unless it comes later, such as with the first request',
    ]);
  });
});

describe("the page of another program", () => {
  const page = (count: number) => Array.from({ length: count }, (_, i) => `# TYPE go_${i} gauge\ngo_${i} 1\n`).join("");
  for (
    const [what, text, expected] of [
      ["has no metric of TorchServe", page(3), /has 3 metrics \(go_0, go_1, go_2\), none of which/],
      ["has few of them among many", `${page(40)}QueueTime 1\n`, /has 41 metrics \(go_0, go_1, go_2, …\), only 1 of/],
    ] as const
  ) {
    it(what, async () => {
      const { notes } = await told(text);
      assert.match(notes[0]?.text ?? "", expected);
      assert.match(notes[0]?.text ?? "", /another program\?.* 8082/);
    });
  }

  it("is not one that has TorchServe's metrics and others, nor an empty one", async () => {
    const { notes } = await told(OURS + page(40));
    assert.deepEqual(notes.map(({ text }) => text.slice(0, 7)), ["Exposed"]);
    assert.deepEqual((await told("")).notes, []);
  });
});

describe("a limit that leaves out models", () => {
  it("is told with the line that has them all", async () => {
    const models = ["a", "b", "c"].map((modelName) => ({ modelName, modelUrl: "m.mar" }));
    const answers = { "/models?limit=100": { models }, "/models/a/all": [], "/models/b/all": [], "/models/c/all": [] };
    const runWith = async (options: object) => {
      const insight: Insight = { notes: [] };
      const instance = { management_api_url: "http://ts:8081", ...options };
      const { status } = await checkWith(checkManagement, instance, new FakeHttp(answers), { insight });
      return { status, notes: insight.notes };
    };
    const { status, notes: [note, ...more] } = await runWith({ limit: 2 });
    assert.deepEqual([status, more], ["partial", []]);
    assert.match(note?.text ?? "", /^limit 2 leaves out 1 of 3 models\. /);
    assert.deepEqual(await runWith(pasted(note ?? { text: "" })), { status: "ok", notes: [] });
  });
});

describe("a run that nobody explains", () => {
  it("has the same report", async () => {
    const version = { modelName: "a", modelVersion: "1.0", minWorkers: 1, workers: [] };
    const answers = () =>
      new FakeHttp({
        "/metrics": `${OURS}other 1\n`,
        "/models?limit=100": { models: [{ modelName: "a", modelUrl: "a.mar" }] },
        "/models/a/all": [version],
      });
    const insight: Insight = { notes: [] };
    const management = { management_api_url: "http://ts:8081" };
    const shown = await checkWith(checkManagement, management, answers(), { insight });
    const bare = await checkWith(checkManagement, management, answers());
    assert.deepEqual({ ...shown, state: {} }, { ...bare, state: {} });
    assert.deepEqual(insight.models?.rows.map(({ model, health }) => [model, health]), [["a", 2]]);
    assert.equal(insight.models?.isSubmitted, false);
    const page = { openmetrics_endpoint: URL_8082 };
    assert.deepEqual(
      await checkWith(checkOpenMetrics, page, answers(), { insight }),
      await checkWith(checkOpenMetrics, page, answers()),
    );
  });
});
