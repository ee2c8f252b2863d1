import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (page: string) => readFileSync(join(root, page), "utf8");

/** The README in other languages. */
const TRANSLATIONS = ["README.es.md", "README.ja.md"];

/** The pages for people, by their paths. */
const PAGES = [
  "README.md",
  ...TRANSLATIONS,
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md")).map((name) => `docs/${name.replaceAll("\\", "/")}`),
];

/** A page without its code. */
const prose = (page: string) => read(page).replace(/^ *```[^]*?^ *```/gm, "").replace(/<!--[^]*?-->/g, "");

/** Links of a page to files of the repository: the file, and the anchor. */
function linksOf(page: string): { readonly file: string; readonly anchor: string }[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)].map(([, link, image]) =>
    link ?? image
  );
  return targets.filter((target) => target !== undefined).filter((target) => !/^[a-z]+:/i.test(target)).map(
    (target) => {
      const [path = "", anchor = ""] = target.split("#");
      return { file: path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path))), anchor };
    },
  );
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const headings = prose(page).split("\n").filter((line) => /^#{1,6} /.test(line));
  return new Set(
    headings.map((line) =>
      line.replace(/^#+ /, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-")
    ),
  );
}

describe("the pages", () => {
  for (const page of PAGES) {
    it(`${page} has links that lead somewhere`, () => {
      for (const { file, anchor } of linksOf(page)) {
        assert.ok(existsSync(join(root, file)), `${page} links to ${file}, which is not there`);
        if (anchor === "" || !file.endsWith(".md")) continue;
        assert.ok(anchorsOf(file).has(anchor), `${page} links to ${file}#${anchor}, which is no heading there`);
      }
    });
  }

  it("are all linked from the README, but for the records of decisions, which their index links", () => {
    const linked = new Set(linksOf("README.md").map(({ file }) => file));
    const missing = PAGES.filter((page) => !linked.has(page) && page !== "README.md");
    assert.deepEqual(missing.filter((page) => !page.startsWith("docs/decisions/")), []);
    const decisions = new Set(linksOf("docs/decisions/README.md").map(({ file }) => file));
    assert.deepEqual(missing.filter((page) => !decisions.has(page)), []);
  });

  it("has the headings of the README that its tile shows, in the order of a visitor's questions", () => {
    const chapters = prose("README.md").split("\n").filter((line) => /^###? /.test(line)).map((line) =>
      line.replace(/^#+ /, "")
    );
    const asked = ["Overview", "See it", "Setup", "Install", "Prerequisites", "Configure", "Validate", "Read it"];
    assert.deepEqual(chapters.filter((title) => [...asked, "When it is red"].includes(title)), [
      ...asked,
      "When it is red",
    ]);
  });
});

describe("the README in other languages", () => {
  const blocksOf = (page: string) => [...read(page).matchAll(/^ *```[^]*?^ *```/gm)].map(([block]) => block);
  const levelsOf = (page: string) => prose(page).split("\n").flatMap((line) => /^(#+) /.exec(line)?.[1] ?? []);
  const tablesOf = (page: string) =>
    prose(page).split("\n").filter((line) => line.startsWith("|")).map((line) => line.split("|").length);
  /** What is written as code, and means the same in every language. */
  const codesOf = (page: string) =>
    [...new Set([...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code))].sort();
  const targetsOf = (page: string) =>
    linksOf(page).filter(({ file }) => !file.startsWith("README")).map(({ file, anchor }) => `${file}#${anchor}`)
      .sort();

  for (const page of TRANSLATIONS) {
    it(`has the commands, headings, tables, names and links of the README in ${page}`, () => {
      assert.deepEqual(blocksOf(page), blocksOf("README.md"));
      assert.deepEqual(levelsOf(page), levelsOf("README.md"));
      assert.deepEqual(tablesOf(page), tablesOf("README.md"));
      assert.deepEqual(codesOf(page), codesOf("README.md"));
      assert.deepEqual(targetsOf(page), targetsOf("README.md"));
    });
  }
});
