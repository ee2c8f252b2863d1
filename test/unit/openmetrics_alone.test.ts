import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const folder = new URL("../../plugin/openmetrics/", import.meta.url);
const sources = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")] as const);

describe("the parsers can be published alone:", () => {
  for (const [name, text] of sources) {
    it(`${name} imports nothing from outside, and keeps no state of its own`, () => {
      const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
      const imported = [...code.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
      assert.deepEqual(imported.filter((path) => !/^\.\/\w+\.ts$/.test(path) && path !== "node:buffer"), []);
      assert.doesNotMatch(code, /^(?:export )?(?:let|var) /m);
    });
  }

  it("and deno.json names them", () => {
    const { imports } = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));
    assert.equal(imports["openmetrics-ts"], "./plugin/openmetrics/mod.ts");
  });
});
