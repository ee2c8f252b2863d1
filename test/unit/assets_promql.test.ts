import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { promqlOf, promqlOfFormula } from "../../plugin/assets/promql/mod.ts";
import { parseFormula, parseMetricQuery } from "../../plugin/assets/query/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

const context = { metrics: await loadCatalogue(), window: "10m" };
const translated = (query: string) => promqlOf(parseMetricQuery(query), context);

describe("queries in Prometheus' language", () => {
  it("have the exporter's names, and its labels", () => {
    assert.equal(
      translated(
        "sum:torchserve.openmetrics.inference.count{$host,model_name:a,!$model_name} by {model_name}.as_rate()",
      ),
      'sum by (model_name) (rate(torchserve_openmetrics_inference_total{instance=~"$instance", model_name="a", model_name!~"$model_name"}[10m]))',
    );
    assert.equal(
      translated("max:torchserve.openmetrics.gpu.memory.utilization{*} by {host,deviceid}"),
      "max by (instance, DeviceId) (torchserve_openmetrics_gpu_memory_utilization)",
    );
  });

  it("are zero where a counter has not begun and the server answers, and nothing where it does not", () => {
    assert.equal(
      translated("sum:torchserve.openmetrics.requests.5xx.count{$host,$service}.as_count()"),
      '(sum(increase(torchserve_openmetrics_requests_5xx_total{instance=~"$instance", job=~"$job"}[10m])) or ' +
        '0 * count(torchserve_openmetrics_health{instance=~"$instance", job=~"$job"} < 2))',
    );
  });

  it("are put together by formulas, which divide by nothing that is zero", () => {
    const queries = new Map([
      ["a", parseMetricQuery("avg:torchserve.openmetrics.memory.used{*} by {host}")],
      ["b", parseMetricQuery("avg:torchserve.openmetrics.memory.available{*} by {host}")],
    ]);
    const formula = (text: string) => promqlOfFormula(parseFormula(text), queries, context);
    const a = "avg by (instance) (torchserve_openmetrics_memory_used)";
    const b = "avg by (instance) (torchserve_openmetrics_memory_available)";
    assert.equal(formula("100 * a / (a + b)"), `(100 * ${a}) / ((${a} + ${b}) > 0)`);
    assert.equal(formula("a / 1000"), `${a} / 1000`);
    assert.equal(formula("count_nonzero(abs(a - 1))"), `(count((abs(${a} - 1)) != 0) or 0 * count(abs(${a} - 1)))`);
    assert.equal(formula("-a"), `-(${a})`);
  });
});
