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
    /** `FILE:LINE: …`; a line as `+2` or `-2` counts from the one where `find` begins; `*`: any line, of another file. */
    finding: v.string(),
    /** It hides others, or stands where another one does: it is not made together with them. */
    alone: v.optional(v.literal(true)),
  })),
  JSON.parse(readFileSync(new URL("../golden/assets_mistakes/mistakes.json", import.meta.url), "utf8")),
);
type Mistake = (typeof mistakes)[number];

/** Files whose rules take long. */
const SLOW = /^assets\/(?:logs|configuration)\//;

/** A file with a mistake. */
function planted(text: string, { find, replace, title }: Mistake): string {
  if (find === null) return replace;
  assert.ok(text.includes(find), `${title}: what it takes the place of is not there`);
  return text.replace(find, () => replace);
}

/** Whether a mistake was found, where it stands. */
function isFound({ finding, find, file }: Mistake, found: readonly string[]): boolean {
  const text = texts.get(file) ?? "";
  const first = text.slice(0, text.indexOf(find ?? "")).split("\n").length;
  const line = finding.replace(/:([+-]\d+): /, (_, offset: string) => `:${first + Number(offset)}: `);
  return found.some((one) => one === line || message(one).replace(": ", ":*: ") === line);
}

const shown = ({ file, line, message }: Finding) => `${file}:${line}: ${message}`;
const message = (line: string) => line.replace(/:(?:\*|[+-]?\d+): /, ": ");

/** The pipeline is run on its tests: of both, one has a mistake at a time. */
const placeOf = ({ file }: Mistake) => file.replace("_tests.yaml", ".yaml");

/** Mistakes put together so that no file has two: each round takes as long as one mistake would. */
function roundsOf(all: readonly Mistake[]): Mistake[][] {
  const rounds: Mistake[][] = [];
  for (const mistake of all) {
    const isSlow = SLOW.test(mistake.file);
    const free = rounds.find((round) =>
      round.every((other) => placeOf(other) !== placeOf(mistake) && SLOW.test(other.file) === isSlow)
    );
    if (free === undefined) rounds.push([mistake]);
    else free.push(mistake);
  }
  return rounds;
}

describe("assets validate", () => {
  it("finds nothing wrong with what is shipped, in the folder and inside the program", async () => {
    assert.deepEqual((await validateAssets(texts)).map(shown), []);
    assert.deepEqual([...await embeddedAssets()].sort(), [...texts].sort());
  });

  it("has at least 200 planted mistakes to find, each another one", () => {
    assert.ok(mistakes.length >= 200, `${mistakes.length}`);
    assert.equal(new Set(mistakes.map(({ title }) => title)).size, mistakes.length);
    assert.equal(
      new Set(mistakes.map(({ file, find, replace }) => `${file} ${find} ${replace}`)).size,
      mistakes.length,
    );
  });

  for (const round of roundsOf(mistakes)) {
    it(`names ${round.map(({ title }) => title).join("; ")}`, async () => {
      const changed = new Map(texts);
      for (const mistake of round) changed.set(mistake.file, planted(texts.get(mistake.file) ?? "", mistake));
      const found = (await validateAssets(changed, round.some(({ file }) => SLOW.test(file)))).map(shown);
      for (const mistake of round) assert.ok(isFound(mistake, found), `${mistake.title}\n${found.join("\n")}`);
    });
  }
  it("names mistakes that are made together: one hides no other", async () => {
    const together = new Map(texts);
    const made: Mistake[] = [];
    for (const mistake of mistakes.filter(({ alone }) => alone !== true)) {
      const text = together.get(mistake.file) ?? "";
      // Where another mistake stands already, this one cannot.
      if (mistake.find === null || !text.includes(mistake.find)) continue;
      together.set(mistake.file, planted(text, mistake));
      made.push(mistake);
    }
    const found = new Set((await validateAssets(together)).map(shown).map(message));
    assert.deepEqual(made.filter(({ finding }) => !found.has(message(finding))).map(({ finding }) => finding), []);
    assert.ok(made.length >= 200, `${made.length}`);
  });

  it("names a file that is missing", async () => {
    const needed = [...texts.keys()].filter((path) =>
      !/^assets\/(?:dashboards|monitors|saved_views|protocol)\//.test(path)
    );
    for (const file of needed) {
      const without = new Map(texts);
      without.delete(file);
      const found = (await validateAssets(without, SLOW.test(file))).map(shown);
      assert.ok(found.includes(`${file}:1: the file is missing`), `${file}\n${found.join("\n")}`);
    }
  });

  it("names files that nobody names or reads", async () => {
    const disk = texts.get("assets/monitors/disk.json") ?? "";
    for (
      const [path, finding] of [
        [
          "assets/monitors/more.json",
          /^manifest.json:\d+: "assets\/monitors\/more.json" is not named under "monitors"$/m,
        ],
        [
          "assets/monitor/disk.json",
          /^\S+:1: nobody reads a file "assets\/monitor\/disk.json": did you mean assets\/monitors\?$/m,
        ],
        [
          "assets/monitors/disk.yaml",
          /^\S+:1: nobody reads a file "assets\/monitors\/disk.yaml": monitors have names in small/m,
        ],
        ["assets/service_check.json", /^\S+:1: nobody reads .*: did you mean assets\/service_checks.json\?$/m],
      ] as const
    ) {
      const found = (await validateAssets(new Map([...texts, [path, disk]]), false)).map(shown);
      assert.match(found.join("\n"), finding);
    }
  });

  it("names what is no text", async () => {
    for (
      const [change, finding] of [
        [(text: string) => text.replace("disk", "\ufffd"), "assets/monitors/disk.json:5: bytes that are no UTF-8"],
        [
          (text: string) => `\ufeff${text}`,
          "assets/monitors/disk.json:1: a byte order mark, which not every reader takes",
        ],
      ] as const
    ) {
      const changed = change(texts.get("assets/monitors/disk.json") ?? "");
      const found = (await validateAssets(new Map([...texts, ["assets/monitors/disk.json", changed]]), false)).map(
        shown,
      );
      assert.ok(found.includes(finding), found.join("\n"));
    }
  });

  it("survives any text in place of a file", async () => {
    const odd = [
      ...["", "null", "[]", "{}", '{"a":', "a: [", "\0", "x".repeat(1_000), '"', "- - -", "a: *b", "&a [*a, *a]", "\r"],
      ...["[".repeat(100_000), '{"a":'.repeat(100_000), "- ".repeat(5_000), '"'.repeat(10_001), "{".repeat(1_000)],
      ...['{"__proto__":{"title":1}}', '{"widgets":[{"definition":{"widgets":[1]}}]}', '{"title":1e999}'],
      '{"definition":{"query":"\\"a\\".over(","message":"{{{{{{{{{{","options":{"thresholds":{"critical":1e999}}}}}',
    ];
    // One file of each kind.
    const kinds = new Map([...texts.keys()].map((path) => [SLOW.test(path) ? path : path.replace(/[^/]+$/, ""), path]));
    for (const file of [...kinds.values(), "metadata.csv", "manifest.json", "assets/dataflows.yaml"]) {
      for (const text of odd) {
        // Alone, so that it takes little; with the manifest, since most findings are held against it.
        const found = await validateAssets(
          new Map([["manifest.json", texts.get("manifest.json") ?? ""], [file, text]]),
          false,
        );
        assert.ok(found.length > 0);
      }
    }
  });
});
