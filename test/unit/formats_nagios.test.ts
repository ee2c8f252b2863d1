/** What --format nagios writes, read back by a strict reader of the plugins' guidelines. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type FormatOptions, loadFormat } from "../../plugin/formats/mod.ts";
import { statusForPlugins } from "../../plugin/formats/nagios.ts";
import type { Metric, Report } from "../../plugin/report/mod.ts";
import { anyInstanceReport, instanceWith, OPTIONS, reportWith, serviceCheck } from "./formats_support.ts";

const render = async (reports: readonly ReturnType<typeof instanceWith>[], options: Partial<FormatOptions> = {}) =>
  await (await loadFormat("nagios")).render({ reports }, { ...OPTIONS, ...options });
const gauge = (name: string, value: number, tags: string[] = []): Metric => ({ name, type: "gauge", value, tags });
const requests = (model: string, value: number, version = "1"): Metric => ({
  name: "torchserve.openmetrics.inference.count",
  type: "monotonic_count",
  value,
  tags: [`model_name:${model}`, `model_version:${version}`],
});
const health = (model: string, status: 0 | 1 | 2 | 3, message?: string, version = "1") => ({
  name: "torchserve.management_api.model.health",
  status,
  tags: [`model_name:${model}`, `model_version:${version}`],
  ...(message === undefined ? {} : { message }),
});

const ITEM = /('(?:[^'=|]|'')+'|[^\s'=|]+)=(-?\d+(?:\.\d+)?)(%|s|ms|us|B|MB|GB|c)?( |$)/y;

/** State, text and performance data, each label once; the other lines have none. */
function read(output: string, maxBytes: number) {
  assert.ok(Buffer.byteLength(output) <= maxBytes, `${Buffer.byteLength(output)} bytes`);
  const [first = "", ...others] = output.trimEnd().split("\n");
  for (const line of others) assert.doesNotMatch(line, /\|/);
  const [, state = "", text = "", data] =
    /^TORCHSERVE (OK|WARNING|CRITICAL|UNKNOWN) - ([^|]+?)(?: \| ([^|]+))?$/.exec(first) ??
      assert.fail(first);
  const items = new Map<string, string>();
  for (ITEM.lastIndex = 0; data !== undefined && ITEM.lastIndex < data.length;) {
    const at = ITEM.lastIndex;
    const [, label = "", value = "", unit = ""] = ITEM.exec(data) ?? assert.fail(data.slice(at));
    assert.ok(!items.has(label), `${label} stands twice`);
    items.set(label, value + unit);
  }
  return { state, text, others, items };
}

describe("the output of nagios", () => {
  it("is what a strict reader takes, within its bytes, whatever the reports hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, asked) => {
        const { text } = await render(reports, asked ? { perfdata: () => true } : {});
        const { state } = read(text, asked ? 8_000 : 4_096);
        const status = statusForPlugins(reports.map(({ report }) => report), "critical");
        assert.equal(state, ["OK", "WARNING", "CRITICAL", "UNKNOWN"][status]);
      }),
      { numRuns: 150 },
    );
  });

  it("has health and requests of each model first, over all versions, then the rest", async () => {
    const { text } = await render([
      instanceWith({
        metrics: [
          gauge("torchserve.openmetrics.cpu.utilization", 12.5),
          requests("a b", 1),
          requests("a b", 2, "2"),
          requests("c", 5),
        ],
      }),
      {
        ...instanceWith({ service_checks: [health("a b", 0), health("a b", 2, "dead", "2"), health("c", 0)] }),
        kind: "management",
      },
    ]);
    assert.equal(
      text,
      "TORCHSERVE CRITICAL - management_api.model.health[a b/2]: dead | 'a b.health'=2 'a b.requests'=3c c.health=0 c.requests=5c openmetrics.cpu.utilization=12.5%\n",
    );
  });

  it("has all models of a server with 50, and counts what does not fit", async () => {
    const models = Array.from({ length: 50 }, (_, i) => `classifier_${i}`);
    const metrics = models.flatMap((model) => [
      requests(model, 123_456),
      ...["a", "b", "c"].map((name) => gauge(`torchserve.openmetrics.${name}`, 1, [`model_name:${model}`])),
    ]);
    const service_checks = models.map((model) => health(model, 0));
    const { items, text, state } = read((await render([instanceWith({ metrics, service_checks })])).text, 4_096);
    assert.equal(state, "OK");
    for (const model of models) {
      assert.equal(items.get(`${model}.health`), "0");
      assert.equal(items.get(`${model}.requests`), "123456c");
    }
    const [, rest] =
      /^1 instance, 50 service checks \((\d+) more values: torchserve-check --perfdata chooses\)$/.exec(text) ??
        assert.fail(text);
    assert.equal(items.size + Number(rest), 250);
  });

  it("has the names that --perfdata chooses, each with its own label, up to 8 kB", async () => {
    const metrics = Array.from({ length: 400 }, (_, i) => gauge("torchserve.openmetrics.x", i, [`n:${i}`]));
    const perfdata = (name: string) => name.endsWith(".x");
    const { items, text } = read(
      (await render([instanceWith({ metrics: [...metrics, gauge("y", 1)] })], { perfdata })).text,
      8_000,
    );
    assert.ok(items.size > 200);
    assert.equal(items.get("openmetrics.x[7]"), "7");
    assert.match(text, new RegExp(`\\(${400 - items.size} more values`));
  });

  it("says all that is not well on lines of its own, the worst first, without | and line feeds", async () => {
    const report = instanceWith({
      status: "partial",
      service_checks: [serviceCheck(1, "a|b\nc"), { ...serviceCheck(2, "gone"), name: "x" }],
      warnings: [{ code: "limit", message: "cut" }],
    });
    const { text, others } = read((await render([report])).text, 4_096);
    assert.equal(text, "x: gone, and 2 more");
    assert.deepEqual(others, [
      "CRITICAL x: gone",
      "WARNING inference_api.health: a/b c",
      "WARNING instances[0]: cut",
    ]);
  });

  it("says something where nothing is said", async () => {
    const nameless = instanceWith({ service_checks: [{ name: "", status: 2, tags: [] }] });
    assert.equal((await render([nameless])).text, "TORCHSERVE CRITICAL - _ | _=2\n");
    const config = instanceWith({ status: "error", error: { code: "config", message: " " } });
    assert.equal((await render([config])).text, "TORCHSERVE UNKNOWN - no reason is given\n");
  });

  it("tells servers of one kind apart by their place in the file", async () => {
    const [one, two] = [
      instanceWith({ service_checks: [health("m", 0)] }),
      instanceWith({ service_checks: [health("m", 1)] }),
    ];
    const { items } = read((await render([one, { ...two, instance: "instances[3]" }])).text, 4_096);
    assert.deepEqual([...items], [["0:m.health", "0"], ["3:m.health", "1"]]);
  });

  it("has plain numbers, units that hosts know, and labels without what ends them", async () => {
    const metrics = [
      gauge("torchserve.openmetrics.queue.time", 1e-7),
      gauge("torchserve.openmetrics.disk.used", 1e21),
      gauge("torchserve.management_api.model.worker.gpu.memory.used", -5),
      gauge("it's|a=b", 1),
    ];
    const { text } = await render([instanceWith({ metrics })]);
    assert.equal(
      text.split(" | ")[1],
      "openmetrics.queue.time=0.0000001ms openmetrics.disk.used=1000000000000000000000GB management_api.model.worker.gpu.memory.used=-5 'it''s/a_b'=1\n",
    );
  });
});

describe("the exit status of nagios", () => {
  const error = (code: "config" | "connect", checks: Report["service_checks"] = []): Report =>
    reportWith({ status: "error", error: { code, message: "no" }, service_checks: checks });
  const cases = [
    ["all well", [reportWith({ service_checks: [serviceCheck(0)] })], 0],
    ["a WARNING service check", [reportWith({ service_checks: [serviceCheck(1)] })], 1],
    ["a partial run", [reportWith({ status: "partial" })], 1],
    ["a CRITICAL service check beside an UNKNOWN one", [
      reportWith({ service_checks: [serviceCheck(3), serviceCheck(2)] }),
    ], 2],
    ["a run that ended in error", [error("connect")], 2],
    ["a configuration that is wrong", [error("config")], 3],
    ["a configuration that is wrong, whose target is not watched", [error("config", [serviceCheck(2)])], 3],
    ["WARNING before UNKNOWN", [error("config"), reportWith({ status: "partial" })], 1],
  ] as const;
  for (const [what, reports, expected] of cases) {
    it(`is ${expected} for ${what}`, () => assert.equal(statusForPlugins(reports, "never"), expected));
  }
});
