import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readConfig } from "../../plugin/config/mod.ts";

const cases = new URL("../golden/config/", import.meta.url);

/** With `UPDATE_GOLDEN=1` the expectations are written anew; read the difference before you keep it. */
const update = process.env.UPDATE_GOLDEN === "1";

describe("a configuration file gives the issues of its golden case", () => {
  for (const name of readdirSync(cases).sort()) {
    it(name, async () => {
      const input = readFileSync(new URL(`${name}/input.yaml`, cases), "utf8");
      const { ok, issues } = await readConfig(input, "input.yaml");
      const expected = new URL(`${name}/expected.json`, cases);
      if (update) writeFileSync(expected, `${JSON.stringify({ ok, issues }, null, 2)}\n`);
      assert.deepEqual({ ok, issues }, JSON.parse(readFileSync(expected, "utf8")));
    });
  }
});
