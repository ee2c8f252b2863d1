import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { assetsIn, embeddedAssets, type Finding, validateAssets } from "../../plugin/assets/mod.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const texts = await assetsIn(root);

const mistakes = v.parse(
  v.array(v.strictObject({
    title: v.string(),
    file: v.string(),
    /** What the mistake takes the place of, the first time that it stands there; `null`: the whole file. */
    find: v.nullable(v.string()),
    replace: v.string(),
    /** `FILE:LINE: …`; a line as `+2` or `-2` counts from the one where `find` begins, whatever stands above. */
    finding: v.string(),
  })),
  JSON.parse(readFileSync(new URL("../golden/assets_mistakes/mistakes.json", import.meta.url), "utf8")),
);

/** Mistakes that change what others are about, or hide a whole file. */
const ALONE = new Set([
  "HTML in a title",
  "a tile of a check that there is not",
  "a service check that nothing submits",
  "a group that a check is submitted without",
  "a processor that there is not",
  "a misspelt path in the manifest",
  "a window that Datadog has not",
]);

/** What other files are held against. */
const KNOWN = new Set(["manifest.json", "metadata.csv", "assets/service_checks.json", "README.md"]);
/** Files that are held against all others. */
const NEEDS_ALL = new Set(["manifest.json", "metadata.csv"]);

/** A file with a mistake. */
function planted(text: string, { find, replace, title }: (typeof mistakes)[number]): string {
  if (find === null) return replace;
  assert.ok(text.includes(find), `${title}: what it takes the place of is not there`);
  return text.replace(find, () => replace);
}

/** The finding with the number of its line. */
function expected({ finding, find, file }: (typeof mistakes)[number]): string {
  const text = texts.get(file) ?? "";
  const first = text.slice(0, text.indexOf(find ?? "")).split("\n").length;
  return finding.replace(/:([+-]\d+): /, (_, offset: string) => `:${first + Number(offset)}: `);
}

const shown = ({ file, line, message }: Finding) => `${file}:${line}: ${message}`;
const message = (line: string) => line.replace(/:[+-]?\d+: /, ": ");

describe("assets validate", () => {
  it("finds nothing wrong with what is shipped, in the folder and inside the program", async () => {
    assert.deepEqual((await validateAssets(texts)).map(shown), []);
    assert.deepEqual([...await embeddedAssets()].sort(), [...texts].sort());
  });

  it("has at least 60 planted mistakes to find", () => assert.ok(mistakes.length >= 60));

  for (const mistake of mistakes) {
    it(`names ${mistake.title}`, async () => {
      const changed = planted(texts.get(mistake.file) ?? "", mistake);
      const isSlow = /^assets\/(logs|configuration)\//.test(mistake.file);
      // What is missing besides is found as well, and is no concern of this mistake.
      const some = [...texts].filter(([path]) =>
        isSlow ? path.startsWith("assets/") : KNOWN.has(path) || NEEDS_ALL.has(mistake.file)
      );
      const found = (await validateAssets(new Map([...some, [mistake.file, changed]]), isSlow)).map(shown);
      assert.ok(found.includes(expected(mistake)), found.join("\n"));
    });
  }

  it("names mistakes that are made together: one hides no other", async () => {
    const together = new Map(texts);
    const made: (typeof mistakes)[number][] = [];
    for (const mistake of mistakes) {
      const text = together.get(mistake.file) ?? "";
      // Where another mistake stands already, this one cannot.
      if (mistake.find === null || !text.includes(mistake.find) || ALONE.has(mistake.title)) continue;
      together.set(mistake.file, planted(text, mistake));
      made.push(mistake);
    }
    const found = new Set((await validateAssets(together)).map(shown).map(message));
    assert.deepEqual(made.filter(({ finding }) => !found.has(message(finding))).map(({ finding }) => finding), []);
    assert.ok(made.length >= 50, `${made.length}`);
  });

  it("names a file that is missing, and one that nobody names", async () => {
    for (
      const file of [
        "manifest.json",
        "metadata.csv",
        "README.md",
        "CHANGELOG.md",
        "assets/service_checks.json",
        "assets/dataflows.yaml",
      ]
    ) {
      const without = new Map(texts);
      without.delete(file);
      assert.ok((await validateAssets(without, false)).map(shown).includes(`${file}:1: the file is missing`), file);
    }
    const more = new Map([...texts, ["assets/monitors/more.json", texts.get("assets/monitors/disk.json") ?? ""]]);
    assert.match(
      (await validateAssets(more, false)).map(shown).join("\n"),
      /manifest.json:\d+: "assets\/monitors\/more.json" is not named/,
    );
  });

  it("survives any text in place of a file", async () => {
    const files = [
      ...KNOWN,
      "assets/dashboards/models.json",
      "assets/monitors/disk.json",
      "assets/saved_views/slow_requests.json",
      "assets/dataflows.yaml",
      "CHANGELOG.md",
    ];
    const some = [...texts].filter(([path]) => files.includes(path));
    for (const file of files) {
      for (const text of ["", "null", "[]", '{"a":', "a: [", "\0", '{"widgets":[{"definition":{"widgets":[1]}}]}']) {
        await validateAssets(new Map([...some, [file, text]]), false);
      }
    }
  });
});
