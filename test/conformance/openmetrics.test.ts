import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "../../plugin/openmetrics/mod.ts";

const shared = new URL("../../../shared/", import.meta.url);
const suite = new URL("conformance/openmetrics-1.0/", shared);
interface Case {
  readonly name: string;
  readonly text: Uint8Array;
  readonly shouldParse: boolean;
}

function readCases(): Case[] {
  if (!existsSync(suite)) return [];
  return readdirSync(suite, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => {
    const { file, shouldParse } = JSON.parse(readFileSync(new URL(`${name}/test.json`, suite), "utf8"));
    return { name, shouldParse, text: readFileSync(new URL(`${name}/${file}`, suite)) };
  });
}

const cases = readCases();

describe("the suite of OpenMetrics 1.0", { skip: cases.length === 0 && "the shared folder is absent" }, () => {
  it("has all its cases", () => assert.equal(cases.length, 211));

  for (const { name, text, shouldParse } of cases) {
    it(`${shouldParse ? "accepts" : "rejects"} ${name}`, () => {
      const strict = () => parse(text, { format: "openmetrics", strict: true }, () => {});
      if (shouldParse) strict();
      else assert.throws(strict, { name: "OpenMetricsSyntaxError" });
      const { problems } = parse(text, { format: "openmetrics" }, () => {});
      assert.equal(problems === 0, shouldParse, `${problems} problems without strict`);
    });
  }
});
