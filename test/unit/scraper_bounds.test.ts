import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Report } from "../../plugin/report/mod.ts";
import { scrape } from "../support/scrape.ts";

const limits = ({ warnings }: Report) => warnings.filter(({ code }) => code === "limit").map(({ message }) => message);
const repeat = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

describe("what a page may submit", () => {
  it("is all of a target of 100,000 series", async () => {
    const text = `# TYPE g gauge\n${
      repeat(100_000, (i) => `g{ModelName="model-${i}",Level="Model",Hostname="h"} ${i}\n`)
    }`;
    const report = await scrape(text, { extra_metrics: ["g"] });
    assert.equal(report.status, "ok");
    assert.equal(report.metrics.length, 100_000);
  });

  for (
    const [what, most, text] of [
      ["series", 150_000, `# TYPE g gauge\n${repeat(160_000, (i) => `g{a="${i}"} 1\n`)}`],
      ["metrics", 20_000, repeat(160_000, (i) => `# TYPE g${i} gauge\ng${i} 1\n`)],
      ["buckets", 150_000, `# TYPE h histogram\n${repeat(160_000, (i) => `h_bucket{le="${i}"} ${i}\n`)}`],
    ] as const
  ) {
    it(`has a bound, and what is left out is told: ${what}`, async () => {
      const report = await scrape(text, { extra_metrics: [".+"], histogram_buckets_as_distributions: true });
      assert.equal(report.metrics.length + report.histogram_buckets.length, most);
      assert.deepEqual(limits(report), [
        "limit 150000 samples of a page (20000 metrics), fewer if their labels are long: " +
        `seen 160000, dropped ${160_000 - most}`,
      ]);
      assert.equal(report.status, "partial");
    });
  }

  it("has a bound for the text of its labels", async () => {
    const long = "x".repeat(10_000);
    const text = `# TYPE g gauge\n${repeat(14_000, (i) => `g{a="${i}",b="${long}"} 1\n`)}`;
    const report = await scrape(text, { extra_metrics: ["g"], max_response_bytes: 500_000_000 });
    assert.ok(report.metrics.length > 1_000 && report.metrics.length < 14_000, `${report.metrics.length} series`);
    assert.match(limits(report).join(), /seen 14000, dropped \d+/);
  });

  it("has a bound for shared labels that a short page repeats", async () => {
    const shared = repeat(100, (i) => `${i === 0 ? "" : ","}l${i}="${"y".repeat(1_000)}"`);
    const text = `# TYPE s gauge\ns{${shared}} 1\n# TYPE g gauge\n${"g 1\n".repeat(20_000)}`;
    const report = await scrape(text, { extra_metrics: ["g"], share_labels: { s: true } });
    assert.ok(report.metrics.length > 1_000 && report.metrics.length < 20_000, `${report.metrics.length} series`);
    assert.match(limits(report).join(), /seen 20000, dropped \d+/);
  });
});

describe("metadata by wildcard", () => {
  it("takes any name of a target", async () => {
    const text = repeat(1_100, (i) => `# TYPE m${i} gauge\nm${i}{v="${i}"} 1\n`);
    const wildcard = { extra_metrics: [{ ".+": { type: "metadata", label: "v" } }] };
    const many = await scrape(text, wildcard);
    assert.equal(Object.keys(many.metadata).length, 1_000);
    assert.deepEqual(limits(many), ["metadata: limit 1000, seen 1100, dropped 100"]);
    const odd = await scrape('# TYPE __proto__ gauge\n__proto__{v="1"} 1\n', wildcard);
    assert.deepEqual(Object.entries(odd.metadata), [["__proto__", "1"]]);
  });
});

describe("a bound of a bucket", () => {
  it("is read in linear time, whatever it is", async () => {
    const text = `# TYPE h histogram\nh_bucket{le="${"1".repeat(1_000_000)}x"} 1\nh_bucket{le="+Inf"} 1\n`;
    const report = await scrape(text, { extra_metrics: ["h"] });
    assert.equal(report.status, "partial");
    assert.match(report.warnings[0]?.message ?? "", /label le: expected a number, got "1{39}…"/);
  });
});
