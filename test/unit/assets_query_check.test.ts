import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  checkCheckCondition,
  checkExpression,
  checkFormula,
  checkMetricQuery,
  parseCheckCondition,
  parseExpression,
  parseFormula,
  parseMetricQuery,
} from "../../plugin/assets/query/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

const known = {
  metrics: await loadCatalogue(),
  variables: new Map([["host", "host"], ["model_name", "model_name"], ["model_version", "model_version"]]),
};

/** Messages, each with the text that it is about. */
const problems = (text: string) =>
  checkMetricQuery(parseMetricQuery(text), known).map(({ message, at }) => [text.slice(at.start, at.end), message]);

describe("the check of queries", () => {
  it("finds nothing wrong with right ones", () => {
    for (
      const text of [
        "sum:torchserve.openmetrics.inference.count{$host,$model_name} by {model_name}.as_rate()",
        "avg:torchserve.openmetrics.cpu.utilization{$host,service:x} by {host}",
        "max:torchserve.openmetrics.gpu.memory.utilization{*} by {host,deviceid}",
        "sum:torchserve.management_api.model.worker.memory_usage{$model_version} by {model_name,model_version}",
      ]
    ) assert.deepEqual(problems(text), [], text);
  });

  it("names metrics that are not in metadata.csv, and the nearest one that is", () => {
    assert.deepEqual(problems("sum:torchserve.openmetrics.inferences.count{*}.as_rate()"), [[
      "torchserve.openmetrics.inferences.count",
      'metadata.csv has no metric "torchserve.openmetrics.inferences.count": did you mean ' +
      "torchserve.openmetrics.inference.count?",
    ]]);
  });

  it("names tags and variables that a metric lacks", () => {
    const [[at, message] = []] = problems("sum:torchserve.openmetrics.requests.5xx.count{$model_name}.as_count()");
    assert.equal(at, "$model_name");
    assert.match(message ?? "", /requests\.5xx\.count has no tag "model_name", only endpoint, level, host, service/);
    assert.match(problems("avg:torchserve.openmetrics.cpu.utilization{a:b}")[0]?.[1] ?? "", /has no tag "a"/);
    assert.match(
      problems("avg:torchserve.openmetrics.cpu.utilization{$region}")[0]?.[1] ?? "",
      /no template variable \$region/,
    );
    assert.match(
      problems("max:torchserve.openmetrics.gpu.utilization{*} by {DeviceId}")[0]?.[1] ?? "",
      /has no tag "DeviceId": Datadog knows it as deviceid/,
    );
  });

  it("names values that Datadog writes otherwise, and what Prometheus is not asked", () => {
    assert.deepEqual(problems("avg:torchserve.openmetrics.cpu.utilization{level:Host,!service:my+shop}"), [
      ["level:Host", 'Datadog knows the value "Host" as host'],
      ["!service:my+shop", 'Datadog knows the value "my+shop" as my_shop'],
    ]);
    assert.match(
      problems("avg:torchserve.openmetrics.cpu.utilization{*}.rollup(avg, 60)")[0]?.[1] ?? "",
      /leave it out/,
    );
  });

  it("refuses the version of a model where it is another one than that of the management API", () => {
    for (const scope of ["{$model_version}", "{model_version:1.0}", "{*} by {model_version}"]) {
      const text = `sum:torchserve.openmetrics.inference.count${scope}.as_rate()`;
      assert.match(problems(text)[0]?.[1] ?? "", /do not filter or group it by model_version/, text);
    }
  });

  it("knows what can be added up, and what is counted", () => {
    assert.match(problems("sum:torchserve.openmetrics.cpu.utilization{*}")[0]?.[1] ?? "", /in percents, means nothing/);
    assert.match(problems("sum:torchserve.openmetrics.queue.time{*}")[0]?.[1] ?? "", /in milliseconds, means nothing/);
    assert.match(problems("sum:torchserve.openmetrics.inference.count{*}")[0]?.[1] ?? "", /ask for \.as_count\(\)/);
    assert.match(problems("sum:torchserve.openmetrics.memory.used{*}.as_rate()")[0]?.[1] ?? "", /has no \.as_rate/);
    assert.match(
      problems("avg:torchserve.openmetrics.cpu.utilization{*} by {host,host}")[0]?.[1] ?? "",
      /stands twice/,
    );
  });

  it("holds formulas against their queries", () => {
    const queries = new Map([
      ["a", parseMetricQuery("avg:torchserve.openmetrics.memory.used{*} by {host}")],
      ["b", parseMetricQuery("avg:torchserve.openmetrics.memory.used{*}")],
    ]);
    assert.deepEqual(checkFormula(parseFormula("a / (a + 1)"), queries), []);
    assert.match(checkFormula(parseFormula("a + c"), queries)[0]?.message ?? "", /no query named "c"/);
    assert.match(
      checkFormula(parseFormula("a + b"), queries)[0]?.message ?? "",
      /grouped differently: by {host} and {}/,
    );
    assert.deepEqual(checkFormula(parseFormula("count_nonzero(a - 1) / b"), queries), []);
    assert.match(
      checkFormula(parseFormula("count_nonzero(a * b)"), queries)[0]?.message ?? "",
      /grouped differently: by {host} and {}/,
    );
    const text = "avg:torchserve.openmetrics.memory.used{*} by {host} / avg:torchserve.openmetrics.memory.used{*}";
    assert.match(checkExpression(parseExpression(text), known)[0]?.message ?? "", /grouped differently/);
  });

  it("holds conditions against the service checks", () => {
    const checks = new Map([["torchserve.inference_api.health", ["host", "inference_api_url"]]]);
    const messages = (text: string) =>
      checkCheckCondition(parseCheckCondition(text), checks).map(({ message }) => message);
    const of = (check: string, by: string) => `"${check}".over("*").by(${by}).last(4).count_by_status()`;
    assert.deepEqual(messages(of("torchserve.inference_api.health", '"host","inference_api_url"')), []);
    assert.match(
      messages(of("torchserve.inference_api.helth", '"host"'))[0] ?? "",
      /did you mean torchserve\.inference_api\.health/,
    );
    assert.match(messages(of("torchserve.inference_api.health", '"endpoint"'))[0] ?? "", /has no tag "endpoint"/);
    assert.match(
      messages(of("torchserve.inference_api.health", '"host","host"'))[0] ?? "",
      /"host" stands twice in by/,
    );
    const over = (tags: string) =>
      messages(`"torchserve.inference_api.health".over(${tags}).by("host").last(4).count_by_status()`);
    assert.deepEqual(over('"host:a","service:b"'), []);
    assert.match(over('"endpoint:a"')[0] ?? "", /has no tag "endpoint", only host, inference_api_url$/);
    assert.deepEqual(over('"production"'), ['"production" is no tag with a value']);
    assert.deepEqual(over('"host:A"'), ['Datadog knows the value "A" as a']);
  });
});
