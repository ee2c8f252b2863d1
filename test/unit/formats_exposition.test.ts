/** What --format openmetrics and prometheus write, read back by our own strict parser. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parse } from "../../plugin/openmetrics/mod.ts";
import { exposedName } from "../../plugin/formats/exposition/mod.ts";
import { loadFormat, type Round } from "../../plugin/formats/mod.ts";
import type { HistogramBucket, Metric } from "../../plugin/report/mod.ts";
import { openMetrics, scrape } from "../support/scrape.ts";
import { anyInstanceReport, instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const NAMES = ["openmetrics", "prometheus"] as const;
type Name = typeof NAMES[number];

const render = async (name: Name, round: Round, remembers = true) =>
  await (await loadFormat(name)).render(round, { ...OPTIONS, remembers });

const metric = (name: string, type: Metric["type"], value: number, tags: string[] = []): Metric => (
  { name, type, value, tags }
);
const roundOf = (...metrics: Metric[]): Round => ({ reports: [instanceWith({ metrics })] });
const textOf = async (...metrics: Metric[]) => (await render("prometheus", roundOf(...metrics))).text;
const bucket = (upper: number | "inf", value: number, monotonic = true, tags: string[] = []): HistogramBucket => ({
  name: "ns.size",
  value,
  lower_bound: 0,
  upper_bound: upper,
  monotonic,
  tags: [...tags, `upper_bound:${upper}`, "lower_bound:0"],
});

/** Each sample as one text, with its family's type; the parser throws at whatever the format does not allow. */
function samplesOf(name: Name, text: string): string[] {
  const samples: string[] = [];
  parse(text, { format: name, strict: true }, (family) => {
    for (let i = 0; i < family.length; i++) {
      samples.push(`${family.type} ${family.sampleName(i)} ${JSON.stringify(family.labels(i))} ${family.value(i)}`);
    }
  });
  return samples;
}

describe("names in Prometheus", () => {
  const cases = [
    ["torchserve.openmetrics.inference.count", true, "torchserve_openmetrics_inference_total"],
    ["torchserve.openmetrics.requests.2xx.count", true, "torchserve_openmetrics_requests_2xx_total"],
    ["torchserve.openmetrics.queue.time", false, "torchserve_openmetrics_queue_time"],
    ["torchserve.openmetrics.size.total", true, "torchserve_openmetrics_size_total"],
    ["torchserve.openmetrics.size_total", true, "torchserve_openmetrics_size_total"],
    ["torchserve.openmetrics.model.count", false, "torchserve_openmetrics_model_count"],
    ["2xx.é:b-c", false, "_2xx__b_c"],
    ["", false, "_"],
    [".count", true, "_count_total"],
  ] as const;
  for (const [name, isCounter, expected] of cases) {
    it(`are ${expected} for ${JSON.stringify(name)}${isCounter ? " that counts" : ""}`, () => {
      assert.equal(exposedName(name, isCounter), expected.replace("__b", "___b"));
    });
  }
});

for (const name of NAMES) {
  describe(`the text of ${name}`, () => {
    it("is what a strict reader of the format takes, whatever the reports hold", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, remembers) => {
          const { text } = await render(name, { reports }, remembers);
          const samples = samplesOf(name, text);
          const series = samples.map((sample) => sample.slice(0, sample.lastIndexOf(" ")));
          assert.equal(new Set(series).size, series.length, "a series stands twice");
          const names = text.match(/^# TYPE \S+/gm) ?? [];
          assert.equal(new Set(names).size, names.length, "a family stands twice");
        }),
        { numRuns: 150 },
      );
    });

    it("has the values of gauges and totals with their labels", async () => {
      const { text } = await render(
        name,
        roundOf(
          metric("torchserve.openmetrics.queue.time", "gauge", 1.5, ["model_name:a", "z"]),
          metric("torchserve.openmetrics.inference.count", "monotonic_count", 1e21, ["model_name:a:b"]),
          metric("ns.percent", "rate", 3),
        ),
      );
      assert.deepEqual(samplesOf(name, text), [
        "counter ns_percent_total [] 3",
        'counter torchserve_openmetrics_inference_total ["model_name","a:b"] 1e+21',
        'gauge torchserve_openmetrics_queue_time ["model_name","a","z","true"] 1.5',
      ]);
    });

    it("adds differences up, from round to round", async () => {
      const round = roundOf(
        metric("a.count", "count", 2, ["x:1", "y:1"]),
        metric("a.count", "count", 1, ["y:1", "x:1"]),
      );
      const first = await render(name, round);
      assert.deepEqual(samplesOf(name, first.text), ['counter a_total ["x","1","y","1"] 3']);
      const second = await render(name, { ...round, state: first.state });
      assert.deepEqual(samplesOf(name, second.text), ['counter a_total ["x","1","y","1"] 6']);
      assert.deepEqual(second.notes, []);
    });

    it("leaves differences out where nothing is remembered, and says so", async () => {
      const { text, state, notes } = await render(
        name,
        roundOf(metric("a.count", "count", 2), metric("b", "gauge", 1)),
        false,
      );
      assert.deepEqual(samplesOf(name, text), ["gauge b [] 1"]);
      assert.equal(state, undefined);
      assert.match(notes?.join() ?? "", /left out.*--state-dir.*: a\.count$/);
    });

    it("has ranges as a classic histogram with the sum that comes with them", async () => {
      const metrics = [
        metric("ns.size.sum", "monotonic_count", 7.5, ["m:a"]),
        metric("ns.size.count", "monotonic_count", 6, ["m:a"]),
      ];
      const tags = ["m:a"];
      const histogram_buckets = [bucket(1, 2, true, tags), bucket("inf", 1, true, tags), bucket(2.5, 3, true, tags)];
      const { text, notes } = await render(name, { reports: [instanceWith({ metrics, histogram_buckets })] });
      const one = name === "openmetrics" ? "1.0" : "1";
      assert.deepEqual(samplesOf(name, text), [
        `histogram ns_size_bucket ["m","a","le","${one}"] 2`,
        'histogram ns_size_bucket ["m","a","le","2.5"] 5',
        'histogram ns_size_bucket ["m","a","le","+Inf"] 6',
        'histogram ns_size_count ["m","a"] 6',
        'histogram ns_size_sum ["m","a"] 7.5',
      ]);
      assert.deepEqual(notes, []);
    });

    it("adds ranges that are differences up, and closes them with +Inf", async () => {
      const round = { reports: [instanceWith({ histogram_buckets: [bucket(0.5, 2, false)] })] };
      const { state } = await render(name, round);
      const { text } = await render(name, { ...round, state });
      const buckets = samplesOf(name, text).filter((sample) => sample.includes("_bucket"));
      assert.deepEqual(buckets, [
        'histogram ns_size_bucket ["le","0.5"] 4',
        'histogram ns_size_bucket ["le","+Inf"] 4',
      ]);
      const alone = await render(name, round, false);
      assert.deepEqual(samplesOf(name, alone.text), []);
      assert.match(alone.notes?.join() ?? "", /--state-dir/);
    });

    const histogramOptions = [
      ["as counts", {}],
      ["as counts of ranges", { non_cumulative_histogram_buckets: true }],
      ["as ranges", { histogram_buckets_as_distributions: true, collect_counters_with_distributions: true }],
    ] as const;
    for (const [what, options] of histogramOptions) {
      it(`has the histogram of a page as the page had it, where it is submitted ${what}`, async () => {
        const page = [
          '# TYPE h histogram\nh_bucket{m="a",le="0.5"} 1\nh_bucket{m="a",le="2.5"} 4\nh_bucket{m="a",le="+Inf"} 6\n',
          'h_count{m="a"} 6\nh_sum{m="a"} 20.5\nh_bucket{m="b",le="0.5"} 0\nh_bucket{m="b",le="2.5"} 0\n',
          'h_bucket{m="b",le="+Inf"} 0\nh_count{m="b"} 0\nh_sum{m="b"} 0\n',
        ].join("");
        const report = await scrape(openMetrics(page), { extra_metrics: ["h"], ...options });
        const { text, notes } = await render(name, { reports: [{ ...instanceWith({}), report }] });
        const read = (of: Name, body: string) => samplesOf(of, body).filter((sample) => sample.includes("h_")).sort();
        assert.deepEqual(
          read(name, text).map((sample) => sample.replace(/\b\w+_h_/, "h_")),
          read("openmetrics", `${page}# EOF\n`),
        );
        assert.deepEqual(notes, []);
      });
    }

    it("has the count of a histogram whose buckets are not submitted", async () => {
      const metrics = [metric("ns.size.count", "monotonic_count", 6), metric("ns.size.sum", "monotonic_count", 7)];
      const other = { ...bucket(1, 2), name: "ns.size", tags: ["m:a"] };
      const { text } = await render(name, { reports: [instanceWith({ metrics, histogram_buckets: [other] })] });
      assert.ok(samplesOf(name, text).includes('histogram ns_size_bucket ["le","+Inf"] 6'));
      assert.ok(samplesOf(name, text).includes("histogram ns_size_sum [] 7"));
    });

    it("has service checks as gauges, the worst of those that meet", async () => {
      const service_checks = [serviceCheck(1, "down"), serviceCheck(2), serviceCheck(3), serviceCheck(0)];
      const { text } = await render(name, { reports: [instanceWith({ service_checks })] });
      assert.deepEqual(samplesOf(name, text), ['gauge torchserve_inference_api_health ["a","b"] 2']);
      assert.ok(!text.includes("down"));
    });

    it("has the last value of a series that stands twice, and says so", async () => {
      const { text, notes } = await render(
        name,
        roundOf(metric("a", "gauge", 1, ["x:1"]), metric("a", "gauge", 2, ["x:1", "x:1"])),
      );
      assert.deepEqual(samplesOf(name, text), ['gauge a ["x","1"] 2']);
      assert.match(notes?.join() ?? "", /more than once.*: a$/);
    });

    it("has one of the families whose names contradict each other, and says so", async () => {
      const { text, notes } = await render(
        name,
        roundOf(metric("a.count", "monotonic_count", 1), metric("a.total", "gauge", 2)),
      );
      assert.deepEqual(samplesOf(name, text), ["counter a_total [] 1"]);
      assert.match(notes?.join() ?? "", /left out, since another one has its name: a_total/);
    });

    it("leaves a gauge and a counter of one name side by side", async () => {
      const { text, notes } = await render(
        name,
        roundOf(metric("a.count", "monotonic_count", 1), metric("a", "gauge", 2)),
      );
      assert.deepEqual(
        samplesOf(name, text).map((sample) => sample.split(" ").slice(1).join(" ")).sort(),
        ["a [] 2", "a_total [] 1"],
      );
      assert.deepEqual(notes, []);
    });

    it("says which instances cannot run", async () => {
      const report = instanceWith({ status: "error", error: { code: "config", message: "limit: expected a\nnumber" } });
      const { notes } = await render(name, { reports: [report] });
      assert.deepEqual(notes, [
        "an instance cannot run because of its configuration: limit: expected a number",
      ]);
    });
  });
}

describe("labels", () => {
  const cases = [
    ["a tag without a value", ["bare"], 'bare="true"'],
    ["an empty value", ["a:", "b:1"], 'b="1"'],
    ["several values of one name", ["a:2", "a:1", "a:2"], 'a="2,1"'],
    ["names that a label cannot have", ["1a:x", "b.c:y", ":z", "__name__:w"], '_="z",_1a="x",_name__="w",b_c="y"'],
    ["names that become the same", ["a.b:1", "a-b:2"], 'a_b="1,2"'],
    ["quotes and backslashes", ['a:"\\'], 'a="\\"\\\\"'],
    ["line feeds and other control characters", ["a:b\nc\u0000d"], 'a="b c d"'],
    ["halves of a character", ["a:\ud800"], 'a="\ufffd"'],
  ] as const;
  for (const [what, tags, expected] of cases) {
    it(`of ${what} are ${expected}`, async () => {
      const text = await textOf(metric("x", "gauge", 1, [...tags]));
      assert.equal(text.split("\n")[2], `x{${expected}} 1`);
    });
  }

  it("have the host name that a metric has of its own", async () => {
    const { text } = await render("prometheus", roundOf({ ...metric("x", "gauge", 1, ["a:b"]), hostname: "h1" }));
    assert.match(text, /^x\{a="b",host="h1"\} 1$/m);
    assert.match((await render("prometheus", roundOf({ ...metric("x", "gauge", 1), hostname: "" }))).text, /^x 1$/m);
  });
});

describe("HELP", () => {
  it("ends in the unit of the catalogue", async () => {
    assert.match(
      await textOf(metric("torchserve.openmetrics.queue.time", "gauge", 1)),
      /^# HELP torchserve_openmetrics_queue_time How long .* \(milliseconds\)$/m,
    );
    assert.match(await textOf(metric("torchserve.openmetrics.cpu.utilization", "gauge", 1)), /\(percent\)$/m);
    assert.match(
      await textOf(metric("torchserve.management_api.models", "gauge", 1)),
      /^# HELP \S+ Models that are registered\.$/m,
    );
  });

  it("has the name of a metric that the catalogue does not have", async () => {
    const text = await textOf(metric('a.b\\"\n', "gauge", 1));
    assert.match(text, /^# HELP a_b___ a\.b\\\\" , as the configuration asks for it$/m);
  });
});
