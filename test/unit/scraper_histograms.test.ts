import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lines } from "../support/check.ts";
import { openMetrics, ranges, scrape, warnings } from "../support/scrape.ts";

const HEAD = "# TYPE h histogram\n";
const DISTRIBUTIONS = { extra_metrics: ["h"], histogram_buckets_as_distributions: true };
const APART = { extra_metrics: ["h"], non_cumulative_histogram_buckets: true };
const COLLECTED = { extra_metrics: ["h"] };

/** Buckets of one label set. */
const buckets = (labels: string, counts: Readonly<Record<string, number | string>>) =>
  Object.entries(counts).map(([le, count]) => `h_bucket{${labels}${labels && ","}le="${le}"} ${count}\n`).join("");

describe("buckets meet only at the same bound", () => {
  const one = HEAD + buckets('m="a"', { 1: 2, 5: 5, "+Inf": 9 });
  const two = one + buckets('m="b"', { 1: 10, 5: 10, "+Inf": 10 });

  for (const labels of [{ include_labels: ["m"] }, { exclude_labels: ["upper_bound"] }]) {
    const name = Object.keys(labels).join();

    it(`as distributions, with ${name} that drops the bound`, async () => {
      assert.deepEqual(ranges(await scrape(one, { ...DISTRIBUTIONS, ...labels })), [
        "ns.h{lower_bound:0,m:a} (0, 1] 2",
        "ns.h{lower_bound:1.0,m:a} (1, 5] 3",
        "ns.h{lower_bound:5.0,m:a} (5, inf] 4",
      ]);
    });

    it(`as counts of ranges, with ${name}`, async () => {
      assert.deepEqual(lines(await scrape(one, { ...APART, ...labels })), [
        "ns.h.bucket{lower_bound:0,m:a,upper_bound:1.0} 2",
        "ns.h.bucket{lower_bound:1.0,m:a,upper_bound:5.0} 3",
      ]);
    });

    it(`as they are, with ${name}`, async () => {
      assert.deepEqual(lines(await scrape(one, { ...COLLECTED, ...labels })), [
        "ns.h.bucket{m:a,upper_bound:1.0} 2",
        "ns.h.bucket{m:a,upper_bound:5.0} 5",
      ]);
    });
  }

  it("under the new name of a renamed bound", async () => {
    const options = { ...COLLECTED, rename_labels: { upper_bound: "le" }, include_labels: ["m"] };
    assert.deepEqual(lines(await scrape(one, options)), ["ns.h.bucket{le:1.0,m:a} 2", "ns.h.bucket{le:5.0,m:a} 5"]);
  });

  it("as distributions, where another label is dropped", async () => {
    assert.deepEqual(ranges(await scrape(two, { ...DISTRIBUTIONS, exclude_labels: ["m"] })), [
      "ns.h{lower_bound:0,upper_bound:1.0} (0, 1] 12",
      "ns.h{lower_bound:1.0,upper_bound:5.0} (1, 5] 3",
      "ns.h{lower_bound:5.0,upper_bound:inf} (5, inf] 4",
    ]);
  });

  it("as they are, where all labels are dropped", async () => {
    assert.deepEqual(lines(await scrape(two, { ...COLLECTED, include_labels: ["none"] })), [
      "ns.h.bucket{upper_bound:1.0} 12",
      "ns.h.bucket{upper_bound:5.0} 15",
    ]);
  });

  it("where label sets have other bounds: their ranges stay apart", async () => {
    const text = HEAD + buckets('m="a"', { 1: 1, "+Inf": 3 }) + buckets('m="b"', { 2: 10, "+Inf": 30 });
    assert.deepEqual(ranges(await scrape(text, { ...DISTRIBUTIONS, exclude_labels: ["m"] })), [
      "ns.h{lower_bound:0,upper_bound:1.0} (0, 1] 1",
      "ns.h{lower_bound:0,upper_bound:2.0} (0, 2] 10",
      "ns.h{lower_bound:1.0,upper_bound:inf} (1, inf] 2",
      "ns.h{lower_bound:2.0,upper_bound:inf} (2, inf] 20",
    ]);
  });

  it("and quantiles only at the same quantile", async () => {
    const text = '# TYPE s summary\ns{m="a",quantile="0.5"} 1\ns{m="a",quantile="0.9"} 9\n';
    assert.deepEqual(lines(await scrape(text, { extra_metrics: ["s"], include_labels: ["m"] })), [
      "ns.s.quantile{m:a,quantile:0.5} 1",
      "ns.s.quantile{m:a,quantile:0.9} 9",
    ]);
  });
});

describe("a bucket that cannot be used", () => {
  const whole = buckets('m="whole"', { "0.1": 1, "+Inf": 3 });
  const damaged: [what: string, text: string][] = [
    ["a value that is none", buckets('m="bad"', { "0.1": "3x", 1: 5, "+Inf": 9 })],
    ["a value that is no count", buckets('m="bad"', { "0.1": "NaN", 1: 5, "+Inf": 9 })],
    ["a bound that is none", buckets('m="bad"', { many: 3, 1: 5, "+Inf": 9 })],
    ["a bound that is no number", buckets('m="bad"', { nan: 3, 1: 5, "+Inf": 9 })],
    ["no bound", 'h_bucket{m="bad"} 3\n' + buckets('m="bad"', { 1: 5, "+Inf": 9 })],
    ["its label set written in another order", 'h_bucket{le="0.1",m="bad"} 3x\n' + buckets('m="bad"', { 1: 5 })],
  ];
  for (const [what, text] of damaged) {
    it(`leaves out the ranges of its label set, and says so: ${what}`, async () => {
      const report = await scrape(HEAD + text + whole, DISTRIBUTIONS);
      assert.deepEqual(ranges(report).map((range) => range.replace(/.*m:(\w+).*\} /, "$1 ")), [
        "whole (0, 0.1] 1",
        "whole (0.1, inf] 2",
      ]);
      assert.match(warnings(report), /h: the ranges of one label set are left out/);
      assert.equal(report.status, "partial");
    });
  }

  it("leaves out those of the family where its labels cannot be read", async () => {
    const text = `${HEAD}h_bucket{m="a",le="0.1} 3\n${whole}h_sum{m="whole"} 4\nh_count{m="whole"} 3\n`;
    const report = await scrape(openMetrics(text), { ...DISTRIBUTIONS, collect_counters_with_distributions: true });
    assert.deepEqual(ranges(report), []);
    assert.deepEqual(lines(report), ["ns.h.count{m:whole} 3", "ns.h.sum{m:whole} 4"]);
    assert.match(warnings(report), /h: the ranges of its label sets are left out/);
  });

  const long = `h_bucket{m="bad",le="0.1",x="${"y".repeat(1024 * 1024)}"} 3\n`;
  const rest = buckets('m="bad"', { 1: 5, "+Inf": 9 });
  for (
    const [what, answer] of [
      ["a line that is too long", HEAD + long + rest + whole],
      ["such a line away from the others", HEAD + rest + whole + `# TYPE g gauge\ng 1\n${long}`],
      ["such a line with white space before it", HEAD + rest + whole + `  ${long}`],
      ["such a line in OpenMetrics", openMetrics(HEAD + long + rest)],
      [
        "more lines than are listed",
        HEAD + 'h_bucket{m="x",le="1"} x\n'.repeat(1_000) + rest.replace("5", "x") + whole,
      ],
    ] as const
  ) {
    it(`leaves out those of the family where it is not known whose it is: ${what}`, async () => {
      const report = await scrape(answer, DISTRIBUTIONS);
      assert.deepEqual(ranges(report), []);
      // Of many problems the first three are shown.
      assert.match(warnings(report), /h: the ranges of its label sets are left out|^1002 lines or samples/);
    });
  }

  it("leaves out the ranges of label sets that the page's limit cuts in two", async () => {
    const many = Array.from({ length: 149_998 }, (_, i) => `g{n="${i % 7}"} ${i}\n`).join("");
    for (const place of [HEAD + "# TYPE g gauge\n" + many, `# TYPE g gauge\n${many}${HEAD}`]) {
      const text = place + buckets("", { "+Inf": 9, 1: 5, "0.1": 3 });
      const report = await scrape(text, { ...DISTRIBUTIONS, extra_metrics: ["h", "g"] });
      assert.match(warnings(report), /limit 150000 samples/);
      const complete = ["(0, 0.1] 3", "(0.1, 1] 2", "(1, inf] 4"];
      const found = ranges(report).map((range) => range.slice(range.indexOf("(")));
      // Where the histogram comes first in the page, it is whole.
      assert.deepEqual(found, place.startsWith(HEAD) ? complete : []);
    }
  });

  it("changes nothing of other buckets that are submitted as they are, and is told", async () => {
    const report = await scrape(`${HEAD}h_bucket{m="a"} 3\n${buckets('m="a"', { 1: 5, 2: 6, "+Inf": 9 })}`, COLLECTED);
    assert.deepEqual(lines(report), ["ns.h.bucket{m:a,upper_bound:1.0} 5", "ns.h.bucket{m:a,upper_bound:2.0} 6"]);
    assert.match(warnings(report), /label "?le"?/);
  });

  it("leaves out what labels exclude as the Agent does: its observations belong to the next range", async () => {
    const text = HEAD + buckets('m="a"', { 1: 5, 2: 6, "+Inf": 9 });
    const options = { ...DISTRIBUTIONS, exclude_metrics_by_labels: { upper_bound: ["^1.0$"] } };
    assert.deepEqual(ranges(await scrape(text, options)), [
      "ns.h{lower_bound:0,m:a,upper_bound:2.0} (0, 2] 6",
      "ns.h{lower_bound:2.0,m:a,upper_bound:inf} (2, inf] 3",
    ]);
  });
});

describe("buckets that decrease", () => {
  const text = HEAD + buckets("", { 1: 5, 30: 101, "+Inf": 100 });

  it("give no negative count as distributions, and are told", async () => {
    const report = await scrape(text, DISTRIBUTIONS);
    assert.deepEqual(ranges(report), [
      "ns.h{lower_bound:0,upper_bound:1.0} (0, 1] 5",
      "ns.h{lower_bound:1.0,upper_bound:30.0} (1, 30] 96",
    ]);
    assert.match(warnings(report), /h_bucket: the bucket up to Infinity has 1 observations less than the one up to 30/);
    assert.equal(report.status, "partial");
  });

  it("give no negative count of a range", async () => {
    const decreasing = HEAD + buckets("", { 1: 5, 2: 3, 3: 9, "+Inf": 9 });
    const report = await scrape(decreasing, APART);
    assert.deepEqual(lines(report), [
      "ns.h.bucket{lower_bound:0,upper_bound:1.0} 5",
      "ns.h.bucket{lower_bound:2.0,upper_bound:3.0} 6",
    ]);
    assert.match(warnings(report), /2 observations less/);
  });
});

describe("buckets in any order", () => {
  it("are taken apart by their bounds", async () => {
    const text = HEAD + buckets('m="b"', { "+Inf": 9 }) + buckets('m="a"', { 5: 5, 1: 2 }) +
      buckets('m="b"', { 1: 4 }) + buckets('m="a"', { "+Inf": 6 });
    assert.deepEqual(ranges(await scrape(text, DISTRIBUTIONS)), [
      "ns.h{lower_bound:0,m:a,upper_bound:1.0} (0, 1] 2",
      "ns.h{lower_bound:0,m:b,upper_bound:1.0} (0, 1] 4",
      "ns.h{lower_bound:1.0,m:a,upper_bound:5.0} (1, 5] 3",
      "ns.h{lower_bound:1.0,m:b,upper_bound:inf} (1, inf] 5",
      "ns.h{lower_bound:5.0,m:a,upper_bound:inf} (5, inf] 1",
    ]);
  });

  it("in which the target repeats one: its last value counts", async () => {
    const text = HEAD + buckets("", { 1: 2, "+Inf": 9 }) + buckets("", { 1: 3 });
    assert.deepEqual(
      new Set(ranges(await scrape(text, DISTRIBUTIONS))),
      new Set([
        "ns.h{lower_bound:0,upper_bound:1.0} (0, 1] 3",
        "ns.h{lower_bound:1.0,upper_bound:inf} (1, inf] 6",
      ]),
    );
  });
});

describe("labels that are joined", () => {
  const histogram = HEAD + buckets("", { 1: 3, 2: 5, "+Inf": 9 }) + "h_sum 3\nh_count 9\n";
  const target = '# TYPE target_info gauge\ntarget_info{le="3",upper_bound="4",env="p"} 1\n';
  const gauge = '# TYPE g gauge\ng{le="3",upper_bound="4",env="p"} 1\n';
  const joined = [
    ["of target_info", target, { target_info: true }],
    ["of a metric", gauge, { share_labels: { g: { labels: ["le", "upper_bound", "env"] } } }],
    ["of the histogram itself", "", { share_labels: { h: true } }],
  ] as const;
  for (const [what, page, options] of joined) {
    const env = page === "" ? "" : "env:p";
    const tags = (...own: string[]) => [env, ...own].filter((tag) => tag !== "").join(",");

    it(`are no bounds of buckets: ${what}`, async () => {
      const text = page + histogram;
      assert.deepEqual(ranges(await scrape(text, { ...DISTRIBUTIONS, ...options })), [
        `ns.h{${tags("lower_bound:0", "upper_bound:1.0")}} (0, 1] 3`,
        `ns.h{${tags("lower_bound:1.0", "upper_bound:2.0")}} (1, 2] 2`,
        `ns.h{${tags("lower_bound:2.0", "upper_bound:inf")}} (2, inf] 4`,
      ]);
      assert.deepEqual(lines(await scrape(text, { ...COLLECTED, ...options })), [
        `ns.h.bucket{${tags("upper_bound:1.0")}} 3`,
        `ns.h.bucket{${tags("upper_bound:2.0")}} 5`,
        `ns.h.count{${tags()}} 9`,
        `ns.h.sum{${tags()}} 3`,
      ]);
    });
  }

  it("are no quantiles of summaries", async () => {
    const summary = '# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 3\ns_count 9\n';
    const report = await scrape(`# TYPE target_info gauge\ntarget_info{quantile="5",env="p"} 1\n${summary}`, {
      extra_metrics: ["s"],
      target_info: true,
    });
    assert.deepEqual(lines(report), [
      "ns.s.count{env:p} 9",
      "ns.s.quantile{env:p,quantile:0.5} 1",
      "ns.s.sum{env:p} 3",
    ]);
  });
});
