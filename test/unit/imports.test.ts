/** Who may import whom stands in docs/architecture.md; here its tables are held against every import under plugin/. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { circles, importsOf, loadedWith, pluginFiles, readImports, stageOf } from "../support/imports.ts";

const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8");

/** The cells of the tables under a heading, without the two lines of the head. */
function tableUnder(heading: string): string[][] {
  const [, chapter = ""] = page.split(`\n## ${heading}\n`);
  const lines = chapter.split(/\n#/, 1)[0]?.split("\n").filter((line) => line.startsWith("|")) ?? [];
  return lines.slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

const coded = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);

/** What each stage may import, top to bottom. */
const allowed = new Map(
  tableUnder("Who may import whom").map(([stage, , below]) => [coded(stage)[0] ?? "", coded(below)]),
);
/** Files of a stage that others import past its mod.ts; `runtime/*` stands for all of them. */
const entries = tableUnder("Past a stage's mod.ts").flatMap(([file]) => coded(file));

const files = pluginFiles();
const imports = files.flatMap(importsOf);
/** Imports from one stage into another. main.ts starts the program and version.ts is a fact: both are no stages. */
const between = imports.filter(({ from, to }) => stageOf(from) !== stageOf(to) && to !== "version.ts");
const isEntry = (path: string) => entries.some((entry) => entry === path || entry === `${stageOf(path)}/*`);

describe("imports", () => {
  it("are all read by this test", () => {
    for (const file of files) {
      const source = readFileSync(new URL(`../../plugin/${file}`, import.meta.url), "utf8");
      const inCode = source.split("\n").filter((line) => !/^\s*(\*|\/)/.test(line)).join("\n");
      const specifiers = [
        ...inCode.matchAll(/"(\.{1,2}\/[^"]+\.(?:ts|json|csv|py|yaml|cfg|conf|service|md|example))"/g),
      ].map((
        [, path = ""],
      ) => path);
      assert.deepEqual(
        readImports(source).map(({ path }) => path).filter((path) => path.startsWith(".")).sort(),
        specifiers.sort(),
        file,
      );
    }
  });

  it("have a table that names every stage, each with stages below it only", () => {
    const order = [...allowed.keys()];
    assert.deepEqual(order.toSorted(), [...new Set(files.filter((file) => file.includes("/")).map(stageOf))].sort());
    for (const [stage, below] of allowed) {
      for (const other of below) {
        assert.ok(order.indexOf(other) > order.indexOf(stage), `${stage} may not import ${other}, which is above it`);
      }
    }
  });

  it("go where the table allows", () => {
    const wrong = between.filter(({ from, to }) =>
      from !== "main.ts" && !allowed.get(stageOf(from))?.includes(stageOf(to))
    );
    assert.deepEqual(wrong.map(({ from, to }) => `${from} imports ${to}`), []);
  });

  it("enter a stage by its mod.ts, or as the document says", () => {
    const past = between.filter(({ to }) => !/^\w+\/mod\.ts$/.test(to));
    assert.deepEqual(past.filter(({ to }) => !isEntry(to)).map(({ from, to }) => `${from} imports ${to}`), []);
    for (const entry of entries) {
      assert.ok(
        past.some(({ to }) => entry === to || entry === `${stageOf(to)}/*`),
        `nobody imports ${entry}: remove it`,
      );
    }
  });

  it("go in no circle, types included", () => {
    assert.deepEqual(circles(imports), []);
  });

  it("leave openmetrics/ alone: it is published by itself", () => {
    const own = imports.filter(({ from, to }) => stageOf(from) === "openmetrics" && stageOf(to) !== "openmetrics");
    assert.deepEqual(own, []);
  });

  it("load for the protocol only what the first request needs", () => {
    const loaded = [...loadedWith(["main.ts", "protocol/mod.ts"], imports)];
    // The entry of the checks loads each of them when its kind of instance runs.
    const needed = ["main.ts", "protocol", "run", "checks/mod.ts", "runtime", "text", "version.ts"];
    const early = loaded.filter((file) => !needed.includes(file) && !needed.includes(stageOf(file)));
    assert.deepEqual(early, [], "loaded before a request asks for it");
  });

  it("load for a run only what its kind of instance needs", () => {
    const always = ["protocol/methods/run.ts", "run/run_instance.ts", "run/shared.ts", "config/mod.ts"];
    const unneeded = {
      "checks/inference.ts": ["openmetrics", "scraper", "metrics_log", "discover"],
      "checks/management/mod.ts": ["openmetrics", "scraper", "metrics_log", "discover"],
      // The page is read by what is loaded while the server answers.
      "checks/openmetrics.ts": ["openmetrics", "scraper", "metrics_log", "discover"],
      "checks/openmetrics_page.ts": ["metrics_log", "discover"],
    };
    for (const [check, stages] of Object.entries(unneeded)) {
      const loaded = [...loadedWith([...always, check], imports)];
      const files = ["torchserve/settings.ts", "torchserve/tokens/mod.ts", "runtime/read_file.ts"];
      const needless = loaded.filter((file) => stages.includes(stageOf(file)) || files.includes(file));
      assert.deepEqual(needless, [], `loaded with ${check}`);
    }
  });
});

describe("readImports()", () => {
  for (
    const [source, expected] of [
      ['import { a } from "./a.ts";', ["static ./a.ts"]],
      ['import a, { type B } from "./a.ts";', ["static ./a.ts"]],
      ['import type { A } from "./a.ts";', ["type ./a.ts"]],
      ['import {\n  type A,\n  type B,\n} from "./a.ts";', ["type ./a.ts"]],
      ['import { type A, b } from "./a.ts";', ["static ./a.ts"]],
      ['export * from "./a.ts";', ["static ./a.ts"]],
      ['export type { A } from "./a.ts";', ["type ./a.ts"]],
      ['import "./a.ts";', ["static ./a.ts"]],
      ['const a = await import("./a.ts");', ["lazy ./a.ts"]],
      ['const a = await import("./a.csv", { with: { type: "text" } });', ["lazy ./a.csv"]],
      ['let a: Promise<typeof import("./a.ts")>;', ["type ./a.ts"]],
      ['let a: import("./a.ts").A;', ["type ./a.ts"]],
      ['/** import { a } from "./a.ts"; */\n// import "./b.ts";', []],
    ] as const
  ) {
    it(`reads ${JSON.stringify(source)}`, () => {
      assert.deepEqual(readImports(source).map(({ path, kind }) => `${kind} ${path}`), expected);
    });
  }
});

describe("circles()", () => {
  const link = (from: string, to: string) => ({ from, to, kind: "static" as const });
  it("finds each group of files that reach each other", () => {
    const links = [link("a", "b"), link("b", "c"), link("c", "a"), link("c", "d"), link("d", "e"), link("e", "d")];
    assert.deepEqual(circles(links).sort(), [["a", "b", "c"], ["d", "e"]]);
    assert.deepEqual(circles([link("a", "b"), link("b", "c"), link("a", "c")]), []);
  });
});
