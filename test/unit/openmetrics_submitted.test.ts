import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { checkWith, lines } from "../support/check.ts";
import { FakeHttp } from "../support/fake_http.ts";

const scrape = (text: string, options: object) =>
  checkWith(
    checkOpenMetrics,
    { openmetrics_endpoint: "http://ts:8082/metrics", tag_by_endpoint: false, ...options },
    new FakeHttp({ "/metrics": text }),
  );

describe("what the check makes of odd pages in Prometheus' text format:", () => {
  const cases: [what: string, text: string, extraMetrics: unknown[], submitted: string[]][] = [
    [
      "the sample before an exemplar",
      '# TYPE ts_inference_requests_total counter\nts_inference_requests_total{model_name="m"} 7 # {trace_id="abc"} 1\n',
      [],
      ["ns.inference.count{model_name:m} 7"],
    ],
    [
      "all samples of families that are interrupted",
      "# TYPE a counter\n# TYPE b gauge\na 1\nb 2\n",
      ["a", "b"],
      ["ns.a.count{} 1", "ns.b{} 2"],
    ],
    ["the counter whose TYPE lacks _total", "# TYPE a counter\na_total 17\n", ["a"], ["ns.a.count{} 17"]],
    [
      "a quoted name",
      '# TYPE "my.metric" gauge\n{"my.metric",a="b"} 1\n{"my.metric","c.d"="e"} 2\n',
      ["my.metric"],
      ["ns.my.metric{a:b} 1", "ns.my.metric{c.d:e} 2"],
    ],
    ["the first line after a byte order mark", "\ufeff# TYPE a gauge\na 1\n", ["a"], ["ns.a{} 1"]],
  ];
  for (const [what, text, extra_metrics, submitted] of cases) {
    it(what, async () => {
      const report = await scrape(text, { extra_metrics });
      assert.deepEqual(lines(report), submitted);
      assert.equal(report.status, "ok");
    });
  }

  const skipped: [what: string, text: string, place: string][] = [
    ["a label without name", 'x{="b"} 9\n', "line 1, column 3"],
    ["a name that is none", "# TYPE x_% gauge\nx_% 9\n", "line 2, column 3"],
    ["a quote that does not end", 'x{le="0.1} 9\n', "line 1, column 13"],
  ];
  for (const [what, text, place] of skipped) {
    it(`nothing of ${what}, and it is told once`, async () => {
      const report = await scrape(`${text}# TYPE a gauge\na 1\n`, {
        extra_metrics: ["a", { ".*x.*": { type: "gauge" } }],
      });
      assert.deepEqual(lines(report), ["ns.a{} 1"]);
      assert.equal(report.metrics[0]?.hostname, undefined);
      assert.equal(report.warnings[0]?.code, "parse");
      assert.equal(report.warnings[0]?.message.split(`${place}:`).length, 2, report.warnings[0]?.message);
    });
  }
});
