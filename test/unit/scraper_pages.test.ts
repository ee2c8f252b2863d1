import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lines } from "../support/check.ts";
import { handed, openMetrics, scrape, warnings } from "../support/scrape.ts";

describe("a page without samples", () => {
  for (
    const [what, answer] of [
      ["TYPE", "# TYPE a counter\n# TYPE b gauge\n"],
      ["HELP", "# HELP a Says what it is.\n"],
      ["HELP and TYPE", "# HELP a Says what it is.\n# TYPE a histogram\n\n"],
      ["in OpenMetrics", openMetrics("# TYPE a counter\n# HELP a Says what it is.\n")],
    ] as const
  ) {
    it(`with descriptions is fine: nobody called a model yet (${what})`, async () => {
      const report = await scrape(answer);
      assert.equal(report.status, "ok");
      assert.deepEqual(report.service_checks, [{ name: "ns.health", status: 0, tags: [] }]);
      assert.match(warnings(report), /no samples yet: nobody called a model/);
      assert.doesNotMatch(warnings(report), /metrics_mode/);
    });
  }

  for (
    const [what, answer] of [
      ["nothing at all", ""],
      ["white space", " \n\r\n"],
      ["an end", openMetrics("")],
      ["a comment", "# nothing here\n"],
      ["a byte order mark", "\ufeff"],
      ["a byte order mark and an empty line", "\ufeff\n"],
    ] as const
  ) {
    it(`is that of log mode: ${what}`, async () => {
      const report = await scrape(answer);
      assert.equal(report.status, "partial");
      assert.deepEqual(report.warnings.map(({ code }) => code), ["empty"]);
      assert.match(warnings(report), /metrics_mode=prometheus/);
      assert.equal(report.service_checks[0]?.status, 1);
    });
  }

  for (
    const [what, answer] of [
      ["prose", "There is nothing to see here.\n"],
      ["JSON without its media type", '{"status": "Healthy"}\n'],
      ["bad values under a description", "# TYPE c counter\nc 3x\nc four\n"],
      ["in OpenMetrics", openMetrics("what is this\n")],
    ] as const
  ) {
    it(`of which no line can be read has failed, without advice about the mode: ${what}`, async () => {
      const report = await scrape(answer);
      assert.equal(report.status, "error");
      assert.equal(report.error?.code, "parse");
      assert.equal(report.service_checks[0]?.status, 2);
      assert.doesNotMatch(JSON.stringify(report), /metrics_mode/);
    });
  }

  it("with lines that raw_line_filters take away is fine", async () => {
    const report = await scrape("# TYPE a gauge\na 1\n", { raw_line_filters: ["a"] });
    assert.equal(report.status, "ok");
    assert.equal(report.service_checks[0]?.status, 0);
  });
});

describe("an unreadable page", () => {
  const page = (value: number) => `# TYPE c counter\nc ${value}\n`;
  const options = { extra_metrics: ["c"] };
  const flushes = async (answers: readonly string[], each: object = {}) => {
    const flags: (boolean | undefined)[] = [];
    let state: Awaited<ReturnType<typeof scrape>>["state"];
    for (const answer of answers) {
      const report = await scrape(answer, { ...options, ...each }, handed(state));
      flags.push(report.metrics[0]?.flush_first_value);
      state = report.state;
    }
    return flags;
  };

  it("is no first scrape", async () => {
    assert.deepEqual(await flushes(["just prose\n", page(12), page(13)]), [undefined, false, true]);
  });

  for (const bad of ["just prose\n", "# TYPE c counter\nc 3x\n"]) {
    it(`between two others is as a failed scrape: ${JSON.stringify(bad)}`, async () => {
      assert.deepEqual(await flushes([page(10), bad, page(12), page(13)]), [false, undefined, false, true]);
    });
  }

  it("is what strict_parsing makes of it, too", async () => {
    const bad = `${page(11)}c x\n`;
    assert.deepEqual(await flushes([page(10), bad, page(12)], { strict_parsing: true }), [false, undefined, false]);
  });
});

describe("raw_line_filters", () => {
  it("take lines away, whatever their ends, and leave the others", async () => {
    const text = '# TYPE a gauge\r\na 1\r\n# TYPE b gauge\nb{x="ü"} 2\n# TYPE c gauge\nc 3';
    for (
      const [filters, left] of [
        [["^a 1$"], ["ns.b{x:ü} 2", "ns.c{} 3"]],
        [["^b"], ["ns.a{} 1", "ns.c{} 3"]],
        [["c 3$"], ["ns.a{} 1", "ns.b{x:ü} 2"]],
        [["ü"], ["ns.a{} 1", "ns.c{} 3"]],
        [["nothing"], ["ns.a{} 1", "ns.b{x:ü} 2", "ns.c{} 3"]],
      ] as const
    ) {
      const report = await scrape(text, { extra_metrics: ["a", "b", "c"], raw_line_filters: filters });
      assert.deepEqual(lines(report), [...left]);
    }
  });
});
