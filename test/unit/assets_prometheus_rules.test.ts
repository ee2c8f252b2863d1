import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import * as v from "valibot";
import type { Monitor } from "../../plugin/assets/description/monitor.ts";
import { loadMonitors, renderedAssets } from "../../plugin/assets/mod.ts";
import { alertExpression } from "../../plugin/assets/prometheus/expression.ts";
import { alertRule } from "../../plugin/assets/prometheus/rules.ts";
import { metricQueriesOf, parseCheckCondition, parseMetricCondition } from "../../plugin/assets/query/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";
import { exposedName } from "../../plugin/formats/mod.ts";

const monitors = await loadMonitors();
const metrics = await loadCatalogue();
const RUNBOOKS = "docs/monitors.md";
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const tests = v.parse(
  v.object({
    tests: v.array(v.object({
      name: v.string(),
      promql_expr_test: v.array(v.object({ exp_samples: v.array(v.object({ labels: v.string() })) })),
    })),
  }),
  parse(read("assets/prometheus/torchserve.rules.test.yaml")),
).tests;

const some = monitors.find(({ kind }) => kind === "metric") as Extract<Monitor, { kind: "metric" }>;
/** What a query of metrics becomes. */
function translated(query: string): string {
  return alertExpression({ ...some, query, prometheus: { forMinutes: 1 } }, metrics);
}

describe("conditions in Prometheus' language", () => {
  it("keep all labels but those that the query merges", () => {
    assert.equal(
      translated("min(last_15m):max:torchserve.openmetrics.gpu.memory.utilization{*} by {host,deviceid} > 95"),
      "max without (endpoint, level) (torchserve_openmetrics_gpu_memory_utilization) > 95",
    );
    assert.equal(
      translated("min(last_5m):max:torchserve.openmetrics.disk.used{*} by {host,endpoint,level} >= 1"),
      "torchserve_openmetrics_disk_used >= 1",
    );
  });

  it("count over the window, with a floor under the denominator", () => {
    const a = "sum:torchserve.openmetrics.requests.5xx.count{*} by {host,endpoint}.as_count()";
    const b = "sum:torchserve.openmetrics.inference.count{*} by {host,endpoint}.as_count()";
    const increaseOfA = "sum without (level) (increase(torchserve_openmetrics_requests_5xx_total[10m]))";
    const increaseOfB =
      "sum without (model_name, model_version) (increase(torchserve_openmetrics_inference_total[10m]))";
    assert.equal(
      translated(`sum(last_10m):${a} / clamp_min(${b}, 100) > 0.05`),
      `${increaseOfA} / clamp_min(${increaseOfB}, 100) > 0.05`,
    );
    assert.equal(translated(`sum(last_10m):${a} / ${b} > 0.05`), `${increaseOfA} / (${increaseOfB} > 0) > 0.05`);
    assert.equal(
      translated(`sum(last_10m):${a} / clamp_min(${b}, 0) > 0.05`),
      `${increaseOfA} / (clamp_min(${increaseOfB}, 0) > 0) > 0.05`,
    );
    assert.throws(() => translated(`avg(last_10m):${a} > 5`), /avg of counts over 10m/);
  });

  it("look at a window of gauges, and compare it with a former one", () => {
    const query = "avg:torchserve.openmetrics.cpu.utilization{*} by {host,endpoint,level}";
    const window = (length: string) => `avg_over_time((torchserve_openmetrics_cpu_utilization)[${length}`;
    assert.equal(translated(`avg(last_10m):${query} > 50`), `${window("10m:15s")}]) > 50`);
    assert.equal(
      translated(`pct_change(avg(last_1h),last_1d):${query} > 50`),
      `100 * (${window("1h:1m]")}) / (${window("1h:1m] offset 1d")}) > 0) - 1) > 50`,
    );
    assert.equal(
      translated(`change(avg(last_2h),last_90m):${query} > 5`),
      `${window("2h:2m]")}) - ${window("2h:2m] offset 90m")}) > 5`,
    );
  });

  it("are said by monitors of events, which have no translation", () => {
    const event = monitors.find(({ kind }) => kind === "event");
    assert.ok(event !== undefined);
    assert.throws(() => alertExpression({ ...event, prometheus: { forMinutes: 1 } }, metrics), /no events/);
  });
});

describe("the alert rules", () => {
  const rules = monitors.map((monitor) => ({ monitor, rule: alertRule(monitor, metrics, RUNBOOKS) }));

  it("ask for what the monitors ask for, with the same threshold, where they say it in their own words", () => {
    for (const { monitor: { kind, query, key }, rule } of rules) {
      if (kind === "event") continue;
      const names = kind === "check"
        ? [exposedName(parseCheckCondition(query).check, false)]
        : metricQueriesOf(parseMetricCondition(query).expression)
          .map(({ metric }) => exposedName(metric, metrics.get(metric)?.type === "count"));
      // Whether somebody asks at all is known to Prometheus alone.
      const more = key === "inference_api_down" ? ["up", "node_textfile_mtime_seconds"] : [];
      const asked = rule.expr.match(/\b(?:torchserve_\w+|up|node_\w+)\b/g);
      assert.deepEqual(new Set(asked), new Set([...names, ...more]), key);
      if (kind !== "metric") continue;
      const { comparison, threshold } = parseMetricCondition(query);
      assert.ok(rule.expr.endsWith(` ${comparison} ${threshold}`), key);
    }
  });

  it("wait for a whole window where the condition must hold through it, and three minutes for a model that loads", () => {
    for (const { monitor, rule } of rules) {
      if (monitor.kind !== "metric") continue;
      const { method, window } = parseMetricCondition(monitor.query);
      if (method === "min") assert.equal(rule.for, `${window.seconds / 60}m`, monitor.key);
    }
    // startupTimeout is 120 s unless somebody sets it.
    assert.equal(rules.find(({ monitor }) => monitor.key === "model_health")?.rule.for, "3m");
  });

  it("show labels that their series have, and nothing of Datadog's", () => {
    for (const { monitor, rule } of rules) {
      const known = new Set(["instance", "model_name"]);
      if (monitor.kind === "check") { for (const { name } of parseCheckCondition(monitor.query).by) known.add(name); }
      if (monitor.kind === "metric") {
        for (const { metric } of metricQueriesOf(parseMetricCondition(monitor.query).expression)) {
          for (const tag of metrics.get(metric)?.tags ?? []) known.add(tag);
        }
      }
      const texts = Object.values(rule.annotations).join("\n");
      for (const [, name = ""] of texts.matchAll(/\$labels\.(\w+)/g)) {
        assert.ok(known.has(name), `${rule.alert} ${name}`);
      }
      assert.doesNotMatch(texts, /\.name\}\}|\{\{value/, rule.alert);
      assert.doesNotMatch(texts, /\{\{ \$labels\.(endpoint|\w+_url) \}\}/, "the exporter's page has no addresses");
    }
  });

  it("link to a section of docs/monitors.md", () => {
    const headings = read("docs/monitors.md").split("\n");
    for (const { monitor, rule } of rules) {
      assert.ok(headings.includes(`## ${monitor.title}`), monitor.key);
      const anchor = monitor.title.toLowerCase().replaceAll(" ", "-");
      assert.equal(rule.annotations["runbook_url"], `docs/monitors.md#${anchor}`);
    }
  });

  it("each have a unit test in which they fire, and a name of their own", () => {
    const fired = new Set(
      tests.flatMap((test) =>
        test.promql_expr_test.flatMap(({ exp_samples }) =>
          exp_samples.flatMap(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1] ?? [])
        )
      ),
    );
    assert.deepEqual([...fired].sort(), rules.map(({ rule }) => rule.alert).sort());
  });

  it("point elsewhere when asked to, and so do their tests", async () => {
    const rendered = await renderedAssets("prometheus", { runbooks: "https://wiki.example/torchserve" });
    assert.deepEqual([...rendered.keys()], ["torchserve.rules.yaml", "torchserve.rules.test.yaml"]);
    for (const text of rendered.values()) {
      assert.match(text, /runbook_url: https:\/\/wiki\.example\/torchserve#a-model-is-unhealthy\n/);
      assert.doesNotMatch(text, /runbook_url: docs/);
    }
    const asShipped = await renderedAssets("prometheus");
    assert.equal(asShipped.get("torchserve.rules.yaml"), read("assets/prometheus/torchserve.rules.yaml"));
    assert.equal(asShipped.get("torchserve.rules.test.yaml"), read("assets/prometheus/torchserve.rules.test.yaml"));
  });
});
