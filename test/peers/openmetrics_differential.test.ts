import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { DIFFERENCES } from "./differences.ts";
import { ODDITIES } from "./oddities.ts";
import { runSuite, summary } from "./openmetrics_differential.ts";

const FIXED_SEED = 1;
const FIXED_CASES = 2_000;
const NEW_CASES = 400;
const CASES_AN_ODDITY = 12;
const timeout = 280_000;

/** Of the cases of a new seed, so many may show what no record names yet: it is printed, to become one. */
const NEW_DIFFERENCES = 2;

async function run(seed: number, cases: number, oddity?: string, unexplained = 0) {
  const failures: string[] = [];
  const result = await runSuite({ seed, cases, oddity, onFailure: (text) => failures.push(text) });
  process.stderr.write(`${oddity === undefined ? "" : `${oddity}: `}${summary(seed, result)}\n`);
  const text = `\n${summary(seed, result)}\n${failures.join("\n")}`;
  assert.ok(result.equalAfterFilters >= result.cases - unexplained, text);
  if (failures.length > 0) process.stderr.write(`${text}\n`);
  return result;
}

describe("our OpenMetrics check submits what the Agent's submits, scrape by scrape", () => {
  it(`in ${FIXED_CASES} random cases, at least 99.5 % of them without any filter`, { timeout }, async () => {
    const { equal, cases } = await run(FIXED_SEED, FIXED_CASES);
    assert.ok(equal / cases >= 0.995, `${equal} of ${cases} cases are equal before filtering`);
  });

  it(
    `in ${NEW_CASES} cases of a seed that is new each time, but for ${NEW_DIFFERENCES} at most`,
    { timeout },
    async () => {
      await run(Date.now() % 1_000_000_000, NEW_CASES, undefined, NEW_DIFFERENCES);
    },
  );
});

describe("each recorded difference shows, and is all that differs:", () => {
  for (const { record } of DIFFERENCES) {
    it(record, { timeout }, async () => {
      assert.ok(ODDITIES.some(({ name }) => name === record), "no oddity provokes it");
      const { equal, cases } = await run(FIXED_SEED, CASES_AN_ODDITY, record);
      assert.ok(equal < cases, "no case shows it: is it a difference still?");
    });
  }
});
