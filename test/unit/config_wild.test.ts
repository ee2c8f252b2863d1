import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig, validateInstance } from "../../plugin/config/mod.ts";
import { OPTION_NAMES, OPTIONS } from "../../plugin/config/options.ts";

const SECRET = "hunter2";

/** Values of all types, most of them wrong, with a secret wherever text goes. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(SECRET),
    fc.constant(`http://me:${SECRET}@host`),
    fc.constant(`me:${SECRET}@host:80`),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ maxLength: 5 }),
  ),
  node: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("type", "reader", "writer", "http", "a", "__proto__", "X y"), tie("node"), {
      maxKeys: 3,
    }),
  ),
})).node;

describe("whatever an instance holds", () => {
  it("validation ends with issues that have a path and a message", async () => {
    const instance = fc.dictionary(fc.constantFrom(...OPTION_NAMES, "limt", "x"), value, { maxKeys: 8 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(instance, value), value, async (wild, init) => {
        const { ok, issues } = await validateInstance(wild, init);
        for (const { path, message } of issues) assert.ok(path !== "" && message !== "");
        assert.equal(ok, issues.every(({ severity }) => severity === "warning"));
      }),
      { numRuns: 300 },
    );
  });

  it("no value of a secret option, and no user info, is in an issue", async () => {
    const secrets = OPTION_NAMES.filter((name) => OPTIONS[name].secret);
    const endpoints = ["openmetrics_endpoint", "inference_api_url", "management_api_url"] as const;
    const url = fc.constantFrom(
      `http://me:${SECRET}@`,
      `me:${SECRET}@host:80`,
      `http://a:b/${SECRET}@host`,
      `//${SECRET}@h`,
    );
    const instance = fc.tuple(
      fc.dictionary(fc.constantFrom(...secrets), value, { maxKeys: 5 }),
      fc.constantFrom(...endpoints),
      url,
    ).map(([options, name, endpoint]) => ({ ...options, [name]: endpoint }));
    await fc.assert(
      fc.asyncProperty(instance, async (wild) => {
        const { issues } = await validateInstance(wild, { proxy: wild });
        assert.equal(JSON.stringify(issues).includes(SECRET), false, JSON.stringify(issues));
      }),
      { numRuns: 300 },
    );
  });
});

describe("whatever a file holds", () => {
  it("reading it ends with issues, not with an exception", async () => {
    const word = fc.constantFrom(
      "instances",
      "init_config",
      "logs",
      ":",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      "&a",
      "*a",
      "<<",
      '"',
      "!x",
      "limit",
      "%",
      "|",
      "#",
      "---",
      "?",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 30 }), async (words) => {
        const { ok, issues } = await readConfig(words.join(""), "wild.yaml");
        assert.equal(ok, issues.every(({ severity }) => severity === "warning"));
      }),
      { numRuns: 500 },
    );
  });

  it("nesting without end is an issue", async () => {
    for (const text of ["[".repeat(20_000), `{"instances":${"[".repeat(20_000)}`, "- ".repeat(20_000)]) {
      const { ok, issues } = await readConfig(text, "deep.yaml");
      assert.equal(ok, false);
      assert.ok(issues.length > 0);
    }
  });

  it("more than 1 MiB, or more than 1000 instances, is an issue", async () => {
    const long = await readConfig(`# ${"x".repeat(1_048_576)}`, "long.yaml");
    assert.match(long.issues[0]?.message ?? "", /^Found 1048578 characters/);
    const instances = Array.from({ length: 1001 }, (_, i) => ({ management_api_url: `http://host${i}:8081` }));
    const many = await readConfig(JSON.stringify({ instances }), "many.json");
    assert.deepEqual(many.issues.map(({ message }) => message), ["Found 1001 instances; expected at most 1000."]);
    assert.equal(many.instances.length, 1000);
  });

  it("no part of a line that is no YAML is shown", async () => {
    for (
      const line of [
        `password: "${SECRET}`,
        `password: |${SECRET}`,
        `password: @${SECRET}: ${SECRET}: a`,
        `a: "\\q${SECRET}"`,
      ]
    ) {
      const { issues } = await readConfig(`instances:\n  - ${line}\n    b: c\n`, "broken.yaml");
      assert.equal(JSON.stringify(issues).includes(SECRET), false, JSON.stringify(issues));
    }
  });
});
