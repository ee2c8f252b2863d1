import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configReport } from "../../plugin/run/mod.ts";

describe("configReport()", () => {
  it("has one line for each error, whatever stands in the file", async () => {
    const forged = { path: "instances[0].a\ninstances[0].b: fine", message: "Found \u001b[2J\r\nOK" };
    const { error, warnings } = await configReport({
      issues: [
        { ...forged, severity: "error" },
        { path: "instances[0].c", message: "Found 1; expected a text.", severity: "error", suggestion: "c: '1'" },
        { ...forged, severity: "warning" },
      ],
    });
    assert.deepEqual(error, {
      code: "config",
      message: "instances[0].a instances[0].b: fine: Found  [2J OK\ninstances[0].c: Found 1; expected a text.",
      hint: "did you mean c: '1'?",
    });
    assert.deepEqual(warnings, [{ code: "config", message: "instances[0].a instances[0].b: fine: Found  [2J OK" }]);
  });
});
