import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { compileCapturing, compilePattern, PatternError, UnboundedPatternError } from "../../plugin/patterns/mod.ts";
import { pattern, text } from "./patterns_generator.ts";

const python = process.env["TORCHSERVE_CHECK_PYTHON"];
const SEED = 20261123;
const PATTERNS = 3000;
const ORACLE = fileURLToPath(new URL("patterns_oracle.py", import.meta.url));

type Groups = (string | null)[];
type Reply = { error: string; position: number | null } | { results: (null | Groups)[] };

/**
 * What a pattern must have for ours to refuse it where Python does not (docs/decisions/0002): conditionals,
 * back-references, atomic groups, possessive repeats, lookbehind together with lookahead (which `$` is, too), `\b`.
 */
const REFUSED_KINDS = [
  /\(\?\(/,
  /\\[1-9]|\(\?P=/,
  /\(\?>/,
  /[*+?}]\+/,
  /^(?=.*\(\?<[=!]).*(?:\(\?[=!]|\$)/s,
  /\\[bB]/,
];

/** What ours finds, in the oracle's form; `undefined` for a pattern that is refused though Python accepts it. */
async function matches(source: string, texts: readonly string[]): Promise<boolean[] | PatternError | undefined> {
  try {
    const compiled = await compilePattern(source);
    return texts.map((text) => compiled.matches(text));
  } catch (error) {
    return refusal(error);
  }
}

async function captures(source: string, texts: readonly string[]): Promise<(Groups | null)[] | undefined> {
  try {
    const compiled = await compileCapturing(source);
    return texts.map((text) => compiled.captures(text)?.map((group) => group ?? null) ?? null);
  } catch (error) {
    refusal(error);
    return undefined;
  }
}

function refusal(error: unknown): PatternError | undefined {
  if (error instanceof UnboundedPatternError) return undefined;
  if (error instanceof PatternError) return error;
  throw error;
}

function sameError({ message, position }: PatternError, expected: { error: string; position: number | null }): boolean {
  const said = message.replace(/ at position \d+( \(line \d+, column \d+\))?$/, "");
  // Python knows no position for some errors.
  return said === expected.error && (expected.position ?? position) === position;
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
  const replies = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Reply);
  assert.equal(replies.length, requests.length);

  const different: unknown[] = [];
  let matched = 0;
  let captured = 0;
  for (const [index, { pattern, texts }] of requests.entries()) {
    const expected = replies[index];
    if (expected === undefined) continue;
    const found = await matches(pattern, texts);
    if (found instanceof PatternError || "error" in expected) {
      const same = found instanceof PatternError && "error" in expected && sameError(found, expected);
      if (!same) different.push([pattern, expected, String(found)]);
      matched++;
      continue;
    }
    if (found === undefined) {
      if (!REFUSED_KINDS.some((kind) => kind.test(pattern))) different.push([pattern, "refused"]);
      continue;
    }
    matched++;
    const groups = await captures(pattern, texts);
    if (groups !== undefined) captured++;
    for (const [at, text] of texts.entries()) {
      const result = expected.results[at] ?? null;
      const sameGroups = groups === undefined ||
        JSON.stringify(groups[at]) === JSON.stringify(result?.slice(1) ?? null);
      if (found[at] !== (result !== null) || !sameGroups) {
        different.push([pattern, text, result, found[at], groups?.[at]]);
      }
    }
  }
  assert.deepEqual(different, []);
  assert.ok(matched > PATTERNS * 0.9, `only ${matched} of ${PATTERNS} compared`);
  assert.ok(captured > PATTERNS / 4, `only ${captured} of ${PATTERNS} compared by their groups`);
});
