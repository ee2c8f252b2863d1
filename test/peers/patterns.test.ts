import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { compilePattern, PatternError, PatternInputError } from "../../plugin/patterns/mod.ts";
import { pattern, text } from "./patterns_generator.ts";

const python = process.env["TORCHSERVE_CHECK_PYTHON"];
const SEED = 20261123;
const PATTERNS = 2000;
const ORACLE = fileURLToPath(new URL("patterns_oracle.py", import.meta.url));

type Answer = { error: string; position: number | null } | { results: (null | (string | null)[])[] };

/** What ours answers, in the oracle's form; `undefined` where it may differ from Python and says so. */
async function ours(source: string, texts: readonly string[]): Promise<Answer | undefined> {
  try {
    const compiled = await compilePattern(source);
    return { results: texts.map((text) => compiled.exec(text)?.map((group) => group ?? null) ?? null) };
  } catch (error) {
    if (error instanceof PatternInputError) return undefined;
    if (!(error instanceof PatternError)) throw error;
    if (/exponential time|too large/.test(error.message)) return undefined;
    const message = error.message.replace(/ at position \d+( \(line \d+, column \d+\))?$/, "");
    return { error: message, position: error.position };
  }
}

const skip = python ? false : "TORCHSERVE_CHECK_PYTHON names no Python 3.11 to 3.13 to compare with";

test("random patterns match as with Python's re", { skip }, async () => {
  if (!python) return;
  const requests = fc.sample(fc.record({ pattern, texts: fc.array(text, { minLength: 8, maxLength: 8 }) }), {
    seed: SEED,
    numRuns: PATTERNS,
  });
  const input = requests.map((request) => JSON.stringify(request) + "\n").join("");
  const { stdout, stderr, status } = spawnSync(python, [ORACLE], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr);
  const answers = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Answer);
  assert.equal(answers.length, requests.length);

  const different: unknown[] = [];
  let compared = 0;
  for (const [index, request] of requests.entries()) {
    const expected = answers[index];
    const actual = await ours(request.pattern, request.texts);
    if (expected === undefined || actual === undefined) continue;
    compared++;
    // Python knows no position for some errors.
    if ("error" in expected && "error" in actual) expected.position ??= actual.position;
    if (JSON.stringify(actual) !== JSON.stringify(expected)) different.push([request, expected, actual]);
  }
  assert.deepEqual(different, []);
  assert.ok(compared > PATTERNS * 0.9, `only ${compared} of ${PATTERNS} compared`);
});
