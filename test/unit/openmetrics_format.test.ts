import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatOf } from "../../plugin/openmetrics/mod.ts";

describe("formatOf()", () => {
  const cases: [contentType: string | undefined, format: string][] = [
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
    ["application/openmetrics-text", "openmetrics"],
    ["Application/OpenMetrics-Text ;charset=utf-8", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0; escaping=allow-utf-8; charset=utf-8", "openmetrics"],
    ["text/plain; version=0.0.4; charset=utf-8", "prometheus"],
    ["text/plain; version=1.0.0; escaping=allow-utf-8; charset=utf-8", "prometheus"],
    ["application/openmetrics-textual", "prometheus"],
    ["text/plain; note=application/openmetrics-text", "prometheus"],
    ["", "prometheus"],
    [undefined, "prometheus"],
  ];
  for (const [contentType, format] of cases) {
    it(`takes ${contentType === undefined ? "no content type" : `"${contentType}"`} for ${format}`, () => {
      assert.equal(formatOf(contentType, false), format);
    });
  }

  it("takes everything for openmetrics with the latest spec", () => {
    assert.equal(formatOf("text/plain", true), "openmetrics");
    assert.equal(formatOf(undefined, true), "openmetrics");
  });
});
