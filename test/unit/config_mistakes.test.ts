import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { issueLines } from "../../plugin/cli/issue_line.ts";
import { type ConfigIssue, type FileResult, isAdvice, readConfig } from "../../plugin/config/mod.ts";
import { parse } from "../../plugin/config/parse.ts";
import { IssueList } from "../../plugin/config/issue_list.ts";

const cases = new URL("../golden/config_mistakes/", import.meta.url);
const names = readdirSync(cases).filter((name) => name.endsWith(".txt") || !/\.fixed\./.test(name))
  .filter((name) => !name.endsWith(".txt")).sort();

/** With `UPDATE_GOLDEN=1` the expectations are written anew; read the difference before you keep it. */
const update = process.env.UPDATE_GOLDEN === "1";

const read = (text: string, origin: string) =>
  readConfig(text, origin, { environment: { WORD: "many" }, left: "discovered" });

async function shownOf(file: FileResult): Promise<string> {
  const lines = await Promise.all(file.issues.map((issue) => issueLines(issue, file)));
  return lines.map((of) => `${of.map((line) => line.trimEnd()).join("\n")}\n`).join("");
}

/** The file with what an issue suggests in the place of what it is about. */
async function applied({ text }: FileResult, issues: readonly ConfigIssue[]): Promise<string> {
  const parsed = await parse(text, "conf.yaml", new IssueList(""));
  const places = await parsed?.places();
  const edits = issues.map((issue) => {
    const { line, column } = issue.place ?? { line: 1, column: 1 };
    const start = text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    const [from, to] = places?.spotOf(issue).range ?? [start, (text + "\n").indexOf("\n", start)];
    assert.equal(from, start, `the place of ${issue.path} is where it starts`);
    return { from, to, suggestion: issue.suggestion ?? "" };
  });
  return edits.sort((a, b) => b.from - a.from).reduce(
    (edited, { from, to, suggestion }) => edited.slice(0, from) + suggestion + edited.slice(to),
    text,
  );
}

describe("a wrong configuration is told of as its golden case says", () => {
  for (const name of names) {
    it(name, async () => {
      const file = await read(readFileSync(new URL(name, cases), "utf8"), name);
      const shown = await shownOf(file);
      const expected = new URL(`${name}.txt`, cases);
      if (update) writeFileSync(expected, shown);
      assert.equal(shown, readFileSync(expected, "utf8"));
      assert.ok(!shown.includes("hunter2"), "a secret is shown");
    });
  }
});

describe("what is suggested, put into the file, validates", () => {
  for (const name of names) {
    it(name, async () => {
      const file = await read(readFileSync(new URL(name, cases), "utf8"), name);
      const literal = file.issues.filter(({ suggestion }) => suggestion !== undefined && !isAdvice(suggestion));
      const after = await read(await applied(file, literal), name);
      const left = file.issues.filter((issue) => !literal.includes(issue)).map(({ path }) => path);
      assert.deepEqual(after.issues.filter(({ path }) => !left.includes(path)), []);
      const fixed = new URL(`${name.replace(/\.\w+$/, "")}.fixed.yaml`, cases);
      const needsHand = left.length > 0 && file.issues.some(({ suggestion = "" }) => isAdvice(suggestion));
      assert.equal(
        existsSync(fixed),
        needsHand,
        "a case with advice has its corrected file beside it, and no other has",
      );
      if (needsHand) assert.deepEqual((await read(readFileSync(fixed, "utf8"), name)).issues, []);
    });
  }
});
