import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { globOf } from "../../plugin/cli/glob.ts";
import { selected } from "../../plugin/cli/selection.ts";
import { reportWith } from "./formats_support.ts";

describe("a glob", () => {
  const cases = [
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*.queue.*", "torchserve.openmetrics.queue.time", true],
    ["*ab*b", "aabxb", true],
    ["a.b", "axb", false],
    ["[a]", "[a]", true],
  ] as const;
  for (const [pattern, name, expected] of cases) {
    it(`${JSON.stringify(pattern)} ${expected ? "matches" : "does not match"} ${JSON.stringify(name)}`, () => {
      assert.equal(globOf(pattern)(name), expected);
    });
  }

  it("matches what its expression matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 });
    fc.assert(fc.property(text, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }), (pattern, name) => {
      const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
      assert.equal(globOf(pattern)(name), new RegExp(`^${expression}$`).test(name));
    }));
  });

  it("takes no longer for a pattern that an expression would take for ever", () => {
    assert.equal(globOf("*a".repeat(500))("a".repeat(499) + "b".repeat(20_000)), false);
  });
});

describe("the selected part of a report", () => {
  const tagged = (model: string | undefined) => model === undefined ? ["a:b"] : ["a:b", `model_name:${model}`];
  const metrics = [undefined, "bert", "bart"].flatMap((model) =>
    ["ns.x", "ns.y"].map((name) => ({ name, type: "gauge" as const, value: 1, tags: tagged(model) }))
  );
  const service_checks = [undefined, "bert", "bart"].map((model) => (
    { name: "ns.health", status: 0 as const, tags: tagged(model) }
  ));
  const report = reportWith({ metrics, service_checks });
  const show = ({ metrics, service_checks: checks }: typeof report) => [
    metrics.map(({ name, tags }) => `${name} ${tags.join()}`),
    checks.map(({ tags }) => tags.join()),
  ];

  it("is all of it where nothing is said", () => {
    assert.equal(selected(report, {}), report);
  });

  it("has the metrics of such models, and the service checks of these and of the server", () => {
    assert.deepEqual(show(selected(report, { model: "be*" })), [
      ["ns.x a:b,model_name:bert", "ns.y a:b,model_name:bert"],
      ["a:b", "a:b,model_name:bert"],
    ]);
  });

  it("has the metrics of such names, of all models", () => {
    const [names = [], checks = []] = show(selected(report, { filter: "*.y" }));
    assert.deepEqual(names, ["ns.y a:b", "ns.y a:b,model_name:bert", "ns.y a:b,model_name:bart"]);
    assert.equal(checks.length, 3);
  });
});
