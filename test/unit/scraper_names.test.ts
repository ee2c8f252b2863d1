import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { State } from "../../plugin/report/mod.ts";
import { lines } from "../support/check.ts";
import { handed, openMetrics, scrape } from "../support/scrape.ts";

const COUNTER = "# TYPE x_total counter\nx_total 7\n";
const GAUGE = "# TYPE x gauge\nx 3\n";

describe("a gauge and a counter of one name", () => {
  for (const [order, text] of [["gauge first", GAUGE + COUNTER], ["counter first", COUNTER + GAUGE]] as const) {
    it(`on one page are each what they are: ${order}`, async () => {
      for (const extra of ["x", "x$", { x: { type: "native_dynamic" } }]) {
        const report = await scrape(text, { extra_metrics: [extra] });
        assert.deepEqual(lines(report), ["ns.x.count{} 7", "ns.x{} 3"]);
      }
    });

    it(`are told apart by an entry that names the counter: ${order}`, async () => {
      const [all] = [{ x_total: "all" }];
      assert.deepEqual(lines(await scrape(text, { extra_metrics: [all] })), ["ns.all.count{} 7"]);
      for (const extra of [["x", all], [all, "x"]]) {
        assert.deepEqual(lines(await scrape(text, { extra_metrics: extra })), ["ns.all.count{} 7", "ns.x{} 3"]);
      }
    });
  }

  it("are followed when the type changes between scrapes, in memory and in state", async () => {
    const options = { extra_metrics: ["x"] };
    for (const keep of [handed, (state: State | undefined) => state]) {
      const first = await scrape(GAUGE, options);
      const second = await scrape(COUNTER, options, keep(first.state));
      const third = await scrape(GAUGE, options, keep(second.state));
      assert.deepEqual([first, second, third].map(lines), [["ns.x{} 3"], ["ns.x.count{} 7"], ["ns.x{} 3"]]);
    }
  });

  it("are not mixed up by what an older version left", async () => {
    const state = { version: 1, flush: true, native_types: { gauge: ["x"] } };
    const report = await scrape(COUNTER, { extra_metrics: ["x"] }, state);
    assert.deepEqual(report.metrics.map(({ name, flush_first_value: flush }) => [name, flush]), [["ns.x.count", true]]);
  });
});

describe("an entry for a counter's exposed name", () => {
  it("is stronger than the catalogue's for its family", async () => {
    const text = "# TYPE ts_inference_requests_total counter\nts_inference_requests_total 4\n";
    const report = await scrape(text, { extra_metrics: [{ ts_inference_requests_total: "mine" }] });
    assert.deepEqual(lines(report), ["ns.mine.count{} 4"]);
  });

  it("finds a counter whose TYPE says its name without _total", async () => {
    for (const extra of ["a", { a_total: "a" }]) {
      const report = await scrape("# TYPE a counter\na_total 17\n", { extra_metrics: [extra] });
      assert.deepEqual(lines(report), ["ns.a.count{} 17"]);
      assert.equal(report.status, "ok");
    }
  });

  it("is no entry for a gauge without _total", async () => {
    assert.deepEqual(lines(await scrape(GAUGE, { extra_metrics: ["x_total"] })), []);
  });
});

describe("exclude_metrics", () => {
  const text = "# TYPE ts_inference_requests_total counter\nts_inference_requests_total 7\n";
  const names = ["ts_inference_requests_total", "ts_inference_requests", "requests_total$", "^ts_inference_requests$"];
  for (const name of names) {
    it(`knows a counter by ${name}`, async () => {
      assert.deepEqual(lines(await scrape(text, { exclude_metrics: [name] })), []);
      assert.deepEqual(
        lines(await scrape(openMetrics(text.replace("_total c", " c")), { exclude_metrics: [name] })),
        [],
      );
    });
  }

  it("leaves a gauge whose name a counter would have", async () => {
    const report = await scrape(GAUGE + COUNTER, { extra_metrics: ["x"], exclude_metrics: ["x_total"] });
    assert.deepEqual(lines(report), ["ns.x{} 3"]);
  });
});

describe("share_labels", () => {
  const gauge = '# TYPE g gauge\ng{m="a"} 1\n';
  const options = (name: string) => ({
    extra_metrics: ["g"],
    share_labels: { [name]: { match: ["m"], labels: ["v"] } },
  });

  for (const name of ["x", "x_total"]) {
    it(`knows a counter by ${name}`, async () => {
      const text = `${gauge}# TYPE x_total counter\nx_total{m="a",v="1"} 1\n`;
      assert.deepEqual(lines(await scrape(text, options(name))), ["ns.g{m:a,v:1} 1"]);
    });
  }

  for (const name of ["build", "build_info"]) {
    it(`knows an info metric by ${name}`, async () => {
      const text = `${gauge}# TYPE build info\nbuild_info{m="a",v="1"} 1\n`;
      assert.deepEqual(lines(await scrape(openMetrics(text), options(name))), ["ns.g{m:a,v:1} 1"]);
    });
  }

  it("takes all samples of an untyped metric", async () => {
    const text = `${gauge}g{m="b"} 2\nx{m="a",v="1"} 1\nx{m="b",v="2"} 1\n`;
    assert.deepEqual(lines(await scrape(text, options("x"))), ["ns.g{m:a,v:1} 1", "ns.g{m:b,v:2} 2"]);
  });

  it("has a bound, and says what was left out", async () => {
    const sources = Array.from({ length: 10_500 }, (_, i) => `x{m="${i}",v="${i}"} 1\n`).join("");
    const report = await scrape(`${gauge}# TYPE x gauge\n${sources}`, options("x"));
    assert.deepEqual(report.warnings.map(({ code }) => code), ["limit"]);
    assert.match(report.warnings[0]?.message ?? "", /share_labels: .* seen 10500, dropped 500/);
    assert.equal(report.status, "partial");
  });
});

describe("target_info", () => {
  for (
    const [format, answer] of [
      [
        "as an info metric of OpenMetrics",
        openMetrics('# TYPE target info\ntarget_info{env="prod"} 1\n# TYPE g gauge\ng 1\n'),
      ],
      [
        "as a gauge of Prometheus' format",
        '# TYPE g gauge\ng 1\n# TYPE target_info gauge\ntarget_info{env="prod"} 1\n',
      ],
      ["untyped", 'target_info{env="prod"} 1\n# TYPE g gauge\ng 1\n'],
      [
        "in Prometheus' format, with the TYPE line of OpenMetrics",
        '# TYPE target info\ntarget_info{env="prod"} 1\n# TYPE g gauge\ng 1\n',
      ],
    ] as const
  ) {
    it(`gives its labels to all samples: ${format}`, async () => {
      assert.deepEqual(lines(await scrape(answer, { extra_metrics: ["g"], target_info: true })), ["ns.g{env:prod} 1"]);
    });
  }
});
