import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { EMITTED } from "../../plugin/assets/validate/emitted.ts";
import { emitted } from "../support/emitted.ts";

describe("what the checks submit", () => {
  it("is what queries of assets may use", async () => {
    const found = await emitted();
    if (process.env["UPDATE_GOLDEN"] !== undefined) {
      const path = new URL("../../plugin/assets/validate/emitted.ts", import.meta.url);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(/(EMITTED: Emitted = )[^;]*;/, `$1${JSON.stringify(found, null, 2)};`));
      return;
    }
    assert.deepEqual(found, EMITTED);
  });
});
