/**
 * What `--instance` shows at terminals of 60, 80 and 140 columns, with and without colours: `test/golden/terminal` has a
 * file for each. `UPDATE_GOLDEN=1` writes them anew: read the difference.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { loadFormat, plain, type Rendered } from "../../plugin/formats/mod.ts";
import { coloured } from "../../plugin/formats/style.ts";
import { displayWidth } from "../../plugin/text/mod.ts";
import { OPTIONS } from "./formats_support.ts";
import { TERMINAL_CASES, type TerminalCase } from "./terminal_cases.ts";

const golden = new URL("../golden/terminal/", import.meta.url);
const WIDTHS = [60, 80, 140];

async function shown({ rounds, quiet = false }: TerminalCase, width: number, paint = plain): Promise<string> {
  const { render } = await loadFormat("table");
  const remembers = rounds.length > 1;
  let last: Rendered = { text: "" };
  for (const round of rounds) {
    last = await render({ ...round, state: last.state }, { ...OPTIONS, quiet, paint, width, remembers });
  }
  return last.text;
}

for (const [name, terminalCase] of Object.entries(TERMINAL_CASES)) {
  describe(`a terminal that is shown ${name}`, () => {
    for (const width of WIDTHS) {
      it(`at ${width} columns, with and without colours`, async () => {
        const text = await shown(terminalCase, width);
        const inColour = await shown(terminalCase, width, coloured);
        assert.equal(stripVTControlCharacters(inColour), text);
        for (const line of text.split("\n")) assert.ok(displayWidth(line) <= width, line);
        for (const [file, found] of [[`${width}.txt`, text], [`${width}.colour.txt`, inColour]] as const) {
          const path = new URL(`${name}/${file}`, golden);
          if (process.env["UPDATE_GOLDEN"] === "1") {
            mkdirSync(new URL(`${name}/`, golden), { recursive: true });
            writeFileSync(path, found);
          }
          assert.equal(found, readFileSync(path, "utf8"));
        }
      });
    }
  });
}

describe("a terminal that is shown 200 models", () => {
  for (const name of ["many_models", "many_unwell_models"] as const) {
    it(`has at most 60 lines of ${name}`, async () => {
      for (const width of WIDTHS) {
        const text = await shown(TERMINAL_CASES[name] ?? { rounds: [] }, width);
        assert.ok(text.trimEnd().split("\n").length <= 60, text);
        assert.match(text, /200 models/);
      }
    });
  }
});
