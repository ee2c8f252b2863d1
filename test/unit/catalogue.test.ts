import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { TORCHSERVE_METRICS } from "../../plugin/torchserve/mod.ts";
import { csvRows, loadCatalogue } from "../../plugin/catalogue/mod.ts";

describe("csvRows()", () => {
  for (
    const [text, rows] of [
      ["a,b\n1,2\n", [{ a: "1", b: "2" }]],
      ["a,b\r\n1,2", [{ a: "1", b: "2" }]],
      ['a,b\n"x, ""y""",\n', [{ a: 'x, "y"', b: "" }]],
      ['a\n"two\nlines"\n', [{ a: "two\nlines" }]],
      ["a,b,c\n,,3\n", [{ a: "", b: "", c: "3" }]],
      ["a\n", []],
      ["", []],
    ] as const
  ) {
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(csvRows(text), rows));
  }
});

describe("the catalogue", () => {
  it("has every metric that TorchServe's endpoint is mapped to, with a unit and a description", async () => {
    const catalogue = await loadCatalogue();
    for (const name of Object.values(TORCHSERVE_METRICS)) {
      const full = `torchserve.openmetrics.${name}`;
      const entry = catalogue.get(full) ?? catalogue.get(`${full}.count`);
      assert.ok(entry?.unit && entry.description, full);
      assert.equal(entry.type, entry.name.endsWith(".count") ? "count" : "gauge");
    }
  });

  const reference = new URL("../../../shared/reference/metrics.csv", import.meta.url);
  let facts: string | undefined;
  try {
    facts = readFileSync(reference, "utf8");
  } catch {
    facts = undefined;
  }
  it("has the names, types, units and orientations of the reference", {
    skip: facts === undefined && "shared/reference/metrics.csv is not beside this project",
  }, async () => {
    const { default: text } = await import("../../metadata.csv", { with: { type: "text" } });
    const ours = new Map(csvRows(text).map((row) => [row["metric_name"], row]));
    const rows = csvRows(facts ?? "");
    assert.equal(rows.length, 33);
    for (const row of rows) {
      const { source: _source, tags: _tags, ...expected } = row;
      const own = ours.get(row["metric_name"]);
      assert.deepEqual(
        own && Object.fromEntries(Object.keys(expected).map((key) => [key, own[key]])),
        expected,
      );
    }
  });
});
