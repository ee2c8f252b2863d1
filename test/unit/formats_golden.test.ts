/**
 * What each format makes of the rounds in test/golden/formats: `round.json` has the reports of the rounds, one after the
 * other, the file of a format its text and notes of the last. `UPDATE_GOLDEN=1` writes them anew: read the difference.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { describe, it } from "node:test";
import { FORMAT_NAMES, type InstanceReport, loadFormat, type Rendered } from "../../plugin/formats/mod.ts";
import { OPTIONS } from "./formats_support.ts";

interface Golden {
  /** Whether a round gets what the one before left. */
  readonly remembers: boolean;
  readonly rounds: readonly (readonly InstanceReport[])[];
}

const cases = new URL("../golden/formats/", import.meta.url);

for (const name of readdirSync(cases)) {
  const folder = new URL(`${name}/`, cases);
  const { remembers, rounds }: Golden = JSON.parse(readFileSync(new URL("round.json", folder), "utf8"));
  describe(`the reports of ${name}`, () => {
    for (const format of FORMAT_NAMES) {
      it(`in ${format}`, async () => {
        const { render } = await loadFormat(format);
        let last: Rendered = { text: "" };
        for (const reports of rounds) last = await render({ reports, state: last.state }, { ...OPTIONS, remembers });
        const notes = (last.notes ?? []).map((note) => `(note) ${note}\n`);
        const text = `${last.text}${notes.join("")}`;
        const file = new URL(`${format}.txt`, folder);
        if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
        assert.equal(text, readFileSync(file, "utf8"));
      });
    }
  });
}
