import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { issueLines } from "../../plugin/cli/issue_line.ts";
import { type ConfigIssue, excerpt, type FileResult, isAdvice, readConfig } from "../../plugin/config/mod.ts";
import { OPTION_NAMES, optionOf } from "../../plugin/config/options.ts";
import { applied } from "../../plugin/config/placed.ts";
import { parse } from "../../plugin/config/parse.ts";
import { IssueList } from "../../plugin/config/issue_list.ts";

const cases = new URL("../golden/config_mistakes/", import.meta.url);
const names = readdirSync(cases).filter((name) => !/\.fixed\./.test(name))
  .filter((name) => !name.endsWith(".txt")).sort();

/** With `UPDATE_GOLDEN=1` the expectations are written anew; read the difference before you keep it. */
const update = process.env.UPDATE_GOLDEN === "1";

const read = (text: string | Uint8Array, origin: string) =>
  readConfig(
    text,
    origin,
    { environment: { WORD: "many" }, left: "discovered" },
    (path) => !path.startsWith("/nowhere"),
  );

async function shownOf(file: FileResult): Promise<string> {
  const lines = await Promise.all(file.issues.map((issue) => issueLines(issue, file)));
  return lines.map((of) => `${of.map((line) => line.trimEnd()).join("\n")}\n`).join("");
}

/** The file with what its issues suggest in the place of what they are about. */
async function repaired({ text }: FileResult, issues: readonly ConfigIssue[]): Promise<string> {
  const parsed = await parse(text, "conf.yaml", new IssueList(""));
  const places = await parsed?.places();
  const start = ({ place }: ConfigIssue) => [place?.line ?? 0, place?.column ?? 0] as const;
  const lastFirst = [...issues].sort((a, b) => start(b)[0] - start(a)[0] || start(b)[1] - start(a)[1]);
  return lastFirst.reduce(
    (edited, issue) => applied(edited, issue, places?.spotOf(issue) ?? { place: { line: 1, column: 1 } }),
    text,
  );
}

describe("a wrong configuration is told of as its golden case says", () => {
  for (const name of names) {
    it(name, async () => {
      const file = await read(readFileSync(new URL(name, cases)), name);
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
      const file = await read(readFileSync(new URL(name, cases)), name);
      const literal = file.issues.filter(({ suggestion }) => suggestion !== undefined && !isAdvice(suggestion));
      const after = await read(await repaired(file, literal), name);
      const left = file.issues.filter((issue) => !literal.includes(issue)).map(({ path }) => path);
      assert.deepEqual(after.issues.filter(({ path }) => !left.includes(path)), []);
      const fixed = new URL(`${name.replace(/\.\w+$/, "")}.fixed.yaml`, cases);
      const needsHand = left.length > 0 && file.issues.some(({ suggestion = "" }) => isAdvice(suggestion));
      assert.equal(
        existsSync(fixed),
        needsHand,
        "a case with advice has its corrected file beside it, and no other has",
      );
      if (needsHand) assert.deepEqual((await read(readFileSync(fixed), name)).issues, []);
    });
  }
});

describe("no secret is shown with its line", () => {
  const forms: readonly ((name: string) => string)[] = [
    (name) => `${name}: hunter2`,
    (name) => `${name}: "hunter2`,
    (name) => `${name}:hunter2`,
    (name) => `${name} hunter2`,
    (name) => `${name} = hunter2`,
    (name) => `"${name}": [hunter2, {a: hunter2}`,
    (name) => `{limit: x, ${name}: hunter2, tags: 5}`,
    (name) => `${name}: {a: hunter2, limit: hunter2`,
    (name) => `${name}:\n      - hunter2\n      - a: hunter2: b`,
    (name) => `${name}: |\n      hunter2\n     hunter2`,
    (name) => `limit: x # ${name}: hunter2`,
    (name) => `\t${name}: hunter2}`,
  ];
  const secret = OPTION_NAMES.filter((name) => optionOf(name).secret);
  for (const name of [...secret, "pasword", "passwd", "my_token", "header", "api_key"]) {
    it(name, async () => {
      for (const [i, form] of forms.entries()) {
        const text = `instances:\n  - management_api_url: http://me:hunter2@localhost:8081\n    ${
          form(name)
        }\n    limti: 5\n`;
        const file = await read(text, "conf.yaml");
        const lines = await Promise.all(
          text.split("\n").map((_, line) => excerpt(file.text, { line: line + 1, column: 1 })),
        );
        assert.ok(!lines.flat().join("\n").includes("hunter2"), `form ${i}: ${lines.flat().join("\n")}`);
        assert.ok(!(await shownOf(file)).includes("hunter2"), `form ${i}: ${await shownOf(file)}`);
      }
    });
  }
});
