/** What --format checkmk writes, read back by a strict reader of local checks. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type InstanceReport, loadFormat } from "../../plugin/formats/mod.ts";
import { anyInstanceReport, instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const render = async (reports: readonly InstanceReport[], remembers = true) =>
  await (await loadFormat("checkmk")).render({ reports }, { ...OPTIONS, remembers });

/** Exactly one space between the parts; names of metrics are letters, digits and `_`. */
function readLine(line: string): string {
  const [, name = "", metrics = ""] = /^[0-3] "([^"]+)" (\S+) \S.*$/.exec(line) ?? assert.fail(line);
  if (metrics !== "-") {
    const names = metrics.split("|").map((metric) =>
      /^([A-Za-z_]\w*)=-?\d+(?:\.\d+)?$/.exec(metric)?.[1] ?? assert.fail(`${metric} in ${line}`)
    );
    assert.equal(new Set(names).size, names.length);
  }
  return name;
}

describe("the text of checkmk", () => {
  it("is what a strict reader takes, each service once, whatever the reports hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, remembers) => {
        const { text } = await render(reports, remembers);
        const names = text.split("\n").slice(0, -1).map(readLine);
        assert.equal(new Set(names).size, names.length, "a service stands twice");
      }),
      { numRuns: 150 },
    );
  });

  it("has a service for each instance and for each model, with its metrics and what is not well", async () => {
    const tags = ["management_api_url:http://ts:8081"];
    const model = [...tags, "model_name:a b", "model_version:1.0"];
    const report = {
      ...instanceWith({
        metrics: [
          { name: "torchserve.management_api.models", type: "gauge", value: 1, tags },
          { name: "torchserve.management_api.model.workers.current", type: "gauge", value: 1e21, tags: model },
        ],
        service_checks: [
          { name: "torchserve.management_api.health", status: 0, tags },
          { name: "torchserve.management_api.model.health", status: 1, tags: model, message: "one | of\n2 \\n" },
        ],
      }),
      kind: "management",
    };
    assert.equal(
      (await render([report])).text,
      '0 "TorchServe management" management_api_models=1 OK\n' +
        '1 "TorchServe model a b" management_api_model_workers_current_1_0=1000000000000000000000 ' +
        "WARNING management_api.model.health[a b/1.0]: one / of 2 /n\n",
    );
  });

  it("has one service for names that look alike in quotes, and no part of a name for an empty tag", async () => {
    const metric = (value: number, ...tags: string[]) => ({
      name: "torchserve.m",
      type: "gauge" as const,
      value,
      tags,
    });
    const report = instanceWith({
      metrics: [
        metric(1, 'model_name:"', "level:", "side:a"),
        metric(2, "model_name:'", "side:b"),
        metric(3, "model_name:'", "side:b"),
      ],
    });
    const { text, notes } = await render([{ ...report, kind: "openmetrics" }]);
    assert.equal(text, `0 "TorchServe openmetrics" - OK\n0 "TorchServe model '" m_a=1|m_b=3 OK\n`);
    assert.deepEqual(notes, ["a series stands more than once, and its last value counts: torchserve.m"]);
  });

  it("has the worst first, and runs that failed or are partial", async () => {
    const partial = instanceWith({
      status: "partial",
      warnings: [{ code: "limit", message: "cut" }],
      service_checks: [serviceCheck(2, "down")],
    });
    const config = { ...instanceWith({ status: "error", error: { code: "config", message: "no" } }), kind: "x" };
    assert.equal(
      (await render([partial, config])).text,
      '2 "TorchServe inference" - CRITICAL inference_api.health: down\\nWARNING cut\n3 "TorchServe x" - UNKNOWN no\n',
    );
  });

  it("tells instances of one kind apart by their place in the file", async () => {
    const [one, two] = [instanceWith({}), { ...instanceWith({}), instance: "instances[4]" }];
    assert.equal((await render([one, two])).text, '0 "TorchServe 0:inference" - OK\n0 "TorchServe 4:inference" - OK\n');
  });
});
