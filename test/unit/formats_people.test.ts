import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as v from "valibot";
import { judged, loadFormat } from "../../plugin/formats/mod.ts";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const well = instanceWith({ service_checks: [serviceCheck(0)], metadata: { version: "0.12.0" } });
const critical = instanceWith({
  metrics: [{ name: "torchserve.openmetrics.cpu.utilization", type: "gauge", value: 12.5, tags: ["a:b"] }],
  service_checks: [serviceCheck(0), serviceCheck(2, "no worker is ready")],
});
const warned = instanceWith({ warnings: [{ code: "config", message: "Unknown option" }] });

describe("table", () => {
  const render = async (reports: readonly typeof well[], quiet = false) =>
    (await (await loadFormat("table")).render({ reports }, { ...OPTIONS, quiet })).text;

  it("shows verdict, service checks, metrics with their units, and what it cost", async () => {
    assert.equal(
      await render([critical]),
      `inference  http://ts:8080  CRITICAL

  Tags of everything
    a:b

  Service checks
    OK        torchserve.inference_api.health
    CRITICAL  torchserve.inference_api.health  no worker is ready

  Metrics (1)
      torchserve.openmetrics.cpu.utilization  12.5%  gauge

  1 request, 10 B in 1.5 ms

`,
    );
  });

  for (
    const [word, fields] of [
      ["OK", { service_checks: [serviceCheck(0)] }],
      ["WARNING", { service_checks: [serviceCheck(0), serviceCheck(1), serviceCheck(3)] }],
      ["UNKNOWN", { service_checks: [serviceCheck(3)] }],
      ["PARTIAL", { status: "partial" as const, service_checks: [serviceCheck(1)] }],
      ["CRITICAL", { status: "partial" as const, service_checks: [serviceCheck(2)] }],
      ["ERROR", { status: "error" as const, service_checks: [serviceCheck(2)] }],
    ] as const
  ) {
    it(`has the verdict ${word}, the worse of the run and its service checks`, async () => {
      assert.equal(
        (await render([instanceWith(fields as object)])).split("\n")[0],
        `inference  http://ts:8080  ${word}`,
      );
    });
  }

  it("shows 40 lines of metrics, and all of them only when asked", async () => {
    const metrics = Array.from(
      { length: 205 },
      (_, i) => ({ name: `m.${i}`, type: "gauge" as const, value: i, tags: [] }),
    );
    const { render } = await loadFormat("table");
    const shown = async (verbose: boolean) =>
      (await render({ reports: [instanceWith({ metrics })] }, { ...OPTIONS, verbose })).text;
    assert.equal((await shown(true)).match(/^ +m\.\d+ /gm)?.length, 205);
    const first = await shown(false);
    assert.equal(first.match(/^ +m\.\d+ /gm)?.length, 40);
    assert.match(first, /Metrics \(205\)\n/);
    assert.match(first, /… and 165 more: --verbose shows all/);
  });

  it("shows with quiet only what is not well, a CRITICAL service check among it", async () => {
    assert.equal(
      await render([well, critical, warned], true),
      `inference  http://ts:8080  CRITICAL

  Service checks
    CRITICAL  torchserve.inference_api.health  no worker is ready

inference  http://ts:8080  OK

  Warnings (1)
    config    Unknown option

Summary
  OK        inference  http://ts:8080  1 warning                         1.5 ms
  CRITICAL  inference  http://ts:8080  1 metric, 1 of 2 checks CRITICAL  1.5 ms
`,
    );
    assert.equal(await render([well], true), "");
  });

  it("names the place in the file of an instance that cannot run, and each of its issues on a line", async () => {
    const { instance, timeMs, report } = instanceWith({
      status: "error",
      error: { code: "config", message: "instances[0].a: wrong\ninstances[0].b: wrong, too" },
    });
    const text = await render([{ instance, timeMs, report }]);
    assert.match(text, /^instances\[0\] {2}ERROR\n\n {2}Error \(config\)\n {4}instances\[0\]\.a: wrong\n {4}instances/);
  });
});

describe("the health of models that only people are told", () => {
  const check = "torchserve.management_api.model.health";
  const unwell = (isSubmitted: boolean) => ({
    ...instanceWith({ service_checks: [serviceCheck(0)] }),
    insight: {
      models: {
        check,
        isSubmitted,
        rows: [{
          model: "m",
          version: "1.0",
          isDefault: true,
          workersReady: 0,
          workersWanted: 1,
          health: 2 as const,
          message: "none is READY",
        }],
      },
      notes: [],
    },
  });

  it("is in the verdict, in the rows, and in the exit status of a table", async () => {
    const { render, exitStatus, explains } = await loadFormat("table");
    const { text } = await render({ reports: [unwell(false)] }, OPTIONS);
    assert.match(text, /^inference {2}http:\/\/ts:8080 {2}CRITICAL\n[^]*m {6}1\.0 \* {6}0\/1[^]*none is READY/);
    assert.equal(explains, true);
    assert.equal(exitStatus([judged(unwell(false))], "critical"), 1);
    assert.equal(exitStatus([judged(unwell(false))], "never"), 0);
  });

  it("stays out of json and ndjson, and of the report", async () => {
    for (const name of ["json", "ndjson"] as const) {
      const { render, explains = false } = await loadFormat(name);
      assert.equal(explains, false);
      const { text } = await render({ reports: [unwell(false)] }, OPTIONS);
      assert.doesNotMatch(text, /none is READY/);
    }
    assert.equal(unwell(false).report.service_checks.length, 1);
    assert.equal(judged(unwell(true)).service_checks.length, 1);
  });

  it("is shown with quiet", async () => {
    const { text } = await (await loadFormat("table")).render({ reports: [unwell(false)] }, {
      ...OPTIONS,
      quiet: true,
    });
    assert.match(text, /CRITICAL\n {8}none is READY/);
  });
});

describe("json and ndjson", () => {
  for (const name of ["json", "ndjson"] as const) {
    const render = async (quiet: boolean) =>
      (await (await loadFormat(name)).render({ reports: [well, critical, warned] }, { ...OPTIONS, quiet })).text
        .trimEnd().split("\n").map((line) => JSON.parse(line));

    it(`${name} prints one report for each line, and with quiet only those that are not well`, async () => {
      assert.equal((await render(false)).length, 3);
      const quiet = await render(true);
      assert.deepEqual(quiet.map(({ warnings }) => warnings.length), [0, 1]);
    });
  }

  it("json prints bare reports", async () => {
    const { text } = await (await loadFormat("json")).render({ reports: [critical] }, OPTIONS);
    assert.deepEqual(v.parse(messageSchemas.report, JSON.parse(text)), critical.report);
  });

  it("ndjson says of what each report is, and when; an instance that cannot run has no kind and no address", async () => {
    const { instance, timeMs, report } = critical;
    const { text } = await (await loadFormat("ndjson")).render(
      { reports: [critical, { instance, timeMs, report }] },
      OPTIONS,
    );
    const [whole, without] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    const time = "2030-01-02T03:04:05.000Z";
    assert.deepEqual(whole, { instance, kind: "inference", url: "http://ts:8080", time, ...report });
    assert.deepEqual(without, { instance, time, ...report });
  });

  it("hold a text as it was, whatever is in it", async () => {
    const message = '\u0000\u001b[31m\u0085\u009b\u2028\u202e\ufeff\ud800é😀"\\';
    const round = { reports: [instanceWith({ warnings: [{ code: "parse", message }] })] };
    for (const name of ["json", "ndjson"] as const) {
      const { text } = await (await loadFormat(name)).render(round, OPTIONS);
      assert.equal(JSON.parse(text).warnings[0].message, message);
      assert.match(text, /\\u009b\\u2028\\u202e\\ufeff/);
    }
  });
});
