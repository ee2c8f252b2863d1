import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lines } from "../support/check.ts";
import { ranges, scrape, warnings } from "../support/scrape.ts";

const NO_POD = { exclude_labels: ["pod"] };

describe("samples that count add up where dropped labels make them equal", () => {
  const untyped = 'x_total{pod="1"} 5\nx_total{pod="2"} 7\n';
  for (
    const [what, text, extra] of [
      ["untyped, with a configured type", untyped, { x_total: { name: "x", type: "counter" } }],
      ["untyped, by a pattern", untyped, { "^x_total$": { type: "counter" } }],
      [
        "in two places of the page",
        '# TYPE x_total counter\nx_total{pod="1"} 5\n# TYPE g gauge\ng 1\n' +
        '# TYPE x_total counter\nx_total{pod="2"} 7\n',
        { x_total: "x" },
      ],
      ["untyped, with another metric between", 'x_total{pod="1"} 5\ng 1\nx_total{pod="2"} 7\n', {
        x_total: { type: "counter", name: "x" },
      }],
      [
        "typed in one place and untyped in the other",
        'x_total{pod="1"} 5\ng 1\n# TYPE x_total counter\n' +
        'x_total{pod="2"} 7\n',
        { x_total: { type: "counter", name: "x" } },
      ],
    ] as const
  ) {
    it(what, async () => {
      const report = await scrape(text, { ...NO_POD, extra_metrics: [extra] });
      assert.deepEqual(report.metrics.map(({ type, value }) => [type, value]), [["monotonic_count", 12]]);
    });
  }

  it("as counter_gauge, both ways", async () => {
    const report = await scrape(untyped, {
      ...NO_POD,
      extra_metrics: [{ x_total: { type: "counter_gauge", name: "x" } }],
    });
    assert.deepEqual(lines(report), ["ns.x.count{} 12", "ns.x.total{} 12"]);
  });

  it("also where labels that are renamed become one", async () => {
    const text = '# TYPE x_total counter\nx_total{a="1"} 5\nx_total{b="1"} 7\n';
    const report = await scrape(text, { extra_metrics: ["x"], rename_labels: { b: "a" } });
    assert.deepEqual(lines(report), ["ns.x.count{a:1} 12"]);
  });

  it("but not those that the target repeats", async () => {
    const text = '# TYPE x_total counter\nx_total{pod="1",m="a"} 5\nx_total{pod="1",m="a"} 6\n';
    assert.deepEqual(lines(await scrape(text, { ...NO_POD, extra_metrics: ["x"] })), [
      "ns.x.count{m:a} 5",
      "ns.x.count{m:a} 6",
    ]);
    const more = `${text}x_total{pod="2",m="a"} 100\n`;
    assert.deepEqual(lines(await scrape(more, { ...NO_POD, extra_metrics: ["x"] })), ["ns.x.count{m:a} 106"]);
  });

  it("nor those that shared labels make the same", async () => {
    const text = '# TYPE g gauge\ng{a="1",b="2"} 5\ng{b="3"} 7\n# TYPE s gauge\ns{a="1",b="9",c="4"} 1\n';
    const report = await scrape(text, { extra_metrics: ["g"], include_labels: ["b"], share_labels: { s: true } });
    assert.deepEqual(lines(report), ["ns.g{b:9} 5", "ns.g{b:9} 7"]);
    assert.equal(report.status, "ok");
    assert.deepEqual(report.warnings, []);
  });

  it("as histograms in two places", async () => {
    const half = (pod: string, count: number) =>
      `# TYPE h histogram\nh_bucket{pod="${pod}",le="1"} ${count}\nh_bucket{pod="${pod}",le="+Inf"} ${count + 1}\n`;
    const text = `${half("1", 2)}# TYPE g gauge\ng 1\n${half("2", 10)}`;
    const options = { ...NO_POD, extra_metrics: ["h"], histogram_buckets_as_distributions: true };
    assert.deepEqual(ranges(await scrape(text, options)), [
      "ns.h{lower_bound:0,upper_bound:1.0} (0, 1] 12",
      "ns.h{lower_bound:1.0,upper_bound:inf} (1, inf] 2",
    ]);
  });
});

describe("gauges keep the last value where dropped labels make them equal", () => {
  it("and warn, in one place and in two", async () => {
    const one = '# TYPE g gauge\ng{pod="1"} 5\ng{pod="2"} 7\n';
    const two = '# TYPE g gauge\ng{pod="1"} 5\n# TYPE f gauge\nf 1\n# TYPE g gauge\ng{pod="2"} 7\n';
    for (const text of [one, two]) {
      const report = await scrape(text, { ...NO_POD, extra_metrics: ["g"] });
      assert.deepEqual(lines(report), ["ns.g{} 7"]);
      assert.match(warnings(report), /^g: 1 samples had the tags of others/);
    }
  });
});

describe("service checks that collide keep the worst", () => {
  const options = (...statuses: [number, string][]) => ({
    extra_metrics: [{ w: { name: "w", type: "service_check", status_map: Object.fromEntries(statuses) } }],
    enable_health_service_check: false,
  });
  const all = options([0, "OK"], [1, "WARNING"], [2, "CRITICAL"]);
  for (
    const [values, worst] of [
      [[0, 2, 1], 2],
      [[2, 0], 2],
      [[1, 9], 1],
      [[0, 9], 3],
      [[0, 0], 0],
    ] as const
  ) {
    it(`of ${values.join(", ")}: ${worst}`, async () => {
      const samples = values.map((value, i) => `w{worker="${i}"} ${value}\n`).join("");
      const report = await scrape(`# TYPE w gauge\n${samples}`, all);
      assert.deepEqual(report.service_checks, [{ name: "ns.w", status: worst, tags: [] }]);
    });
  }

  it("for each host name", async () => {
    const text = '# TYPE w gauge\nw{node="a"} 2\nw{node="b"} 0\nw{node="a"} 1\n';
    const report = await scrape(text, { ...all, hostname_label: "node" });
    assert.deepEqual(report.service_checks.map(({ hostname, status }) => [hostname, status]), [["a", 2], ["b", 0]]);
  });
});
