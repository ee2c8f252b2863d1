import type { LogsAsset, LogTests, Pipeline } from "./asset.ts";
import { type LogEngine, logEngine } from "./engine.ts";
import { fieldProblems } from "./fields.ts";
import { compileGrok } from "./grok/compile.ts";
import { GrokError } from "./grok/error.ts";
import { Log } from "./log.ts";
import { type Problem, readLogsAsset, readLogTests, readRestOfLogsAsset } from "./read.ts";
import { matchesSearch } from "./search/match.ts";
import { parseSearch, SearchError } from "./search/parse.ts";
import { differences } from "./test_cases.ts";

/** What is wrong with the files of a log pipeline; empty where all is well. */
export interface LogProblems {
  readonly pipeline: readonly Problem[];
  readonly tests: readonly Problem[];
}

/** Rules of one parser; more are slow, as Datadog's documentation says. */
const MAX_RULES = 10;

/**
 * Checks the files of a log pipeline: their shape, their rules and searches, that each attribute which a rule finds has a
 * facet, that each rule has a test, and that each test comes out as it says.
 *
 * @param pipelineText `assets/logs/NAME.yaml`
 * @param testsText `assets/logs/NAME_tests.yaml`
 */
export async function checkLogs(pipelineText: string, testsText: string): Promise<LogProblems> {
  const [asset, tests] = [await readLogsAsset(pipelineText), await readLogTests(testsText)];
  if (!("value" in asset)) {
    // One processor that is wrong hides no other.
    const rest = asset.problems.some(({ path }) => path.length > 0)
      ? await readRestOfLogsAsset(pipelineText)
      : undefined;
    const more = rest === undefined ? [] : [...searchProblems(rest), ...await grokProblems(rest, false)];
    return { pipeline: [...asset.problems, ...more], tests: tests.problems };
  }
  const found = [...searchProblems(asset.value), ...await grokProblems(asset.value)];
  const isRunning = found.every(({ path }) => path[0] === "facets");
  if (!isRunning || !("value" in tests)) return { pipeline: found, tests: tests.problems };
  const engine = await logEngine(asset.value.pipeline);
  return {
    pipeline: [...found, ...sampleProblems(asset.value.pipeline, engine)],
    tests: await testProblems(asset.value, tests.value, engine),
  };
}

function searchProblems({ id, pipeline: { filter, processors } }: LogsAsset): Problem[] {
  const path = ["pipeline", "filter", "query"];
  const searches = [
    { path, query: filter.query },
    ...processors.flatMap((processor, i) =>
      processor.type === "category-processor"
        ? processor.categories.map(({ filter: { query } }, j) => ({
          path: ["pipeline", "processors", i, "categories", j, "filter", "query"],
          query,
        }))
        : []
    ),
  ];
  return searches.flatMap(({ path: at, query }) => {
    try {
      const search = parseSearch(query);
      if (at !== path || matchesSearch(search, new Log("", [`source:${id}`]))) return [];
      return [{ path, message: `The search "${query}" finds no logs of the source ${id}.` }];
    } catch (error) {
      if (error instanceof SearchError) return [{ path: at, message: `The search "${query}": ${error.message}.` }];
      throw error;
    }
  });
}

/** @param whole whether all processors are there: what one looks at may come of another */
async function grokProblems(asset: LogsAsset, whole = true): Promise<Problem[]> {
  const problems: Problem[] = [];
  const attributes = new Set<string>();
  for (const [i, processor] of asset.pipeline.processors.entries()) {
    const path = ["pipeline", "processors", i, "grok"];
    if (processor.type !== "grok-parser") continue;
    try {
      const { rules, paths } = await compileGrok(processor.grok.supportRules, processor.grok.matchRules);
      if (rules.length > MAX_RULES) {
        problems.push({ path, message: `Found ${rules.length} rules; expected at most ${MAX_RULES}.` });
      }
      for (const attribute of paths.keys()) attributes.add(attribute);
    } catch (error) {
      if (!(error instanceof GrokError)) throw error;
      problems.push({ path, message: `Its rules cannot be used: ${error.message}.` });
    }
  }
  if (problems.length > 0 || !whole) return problems;
  return [...facetProblems(asset.facets, attributes), ...fieldProblems(asset, attributes)];
}

/** What has a meaning of its own once the pipeline is through, and what is too long to be counted by. */
const WITHOUT_FACET = new Set(["timestamp", "message", "level", "error.stack"]);

function facetProblems(facets: LogsAsset["facets"], attributes: ReadonlySet<string>): Problem[] {
  const faceted = new Set(facets.map(({ path }) => path));
  const unknown = facets.flatMap(({ path }, i) =>
    attributes.has(path) ? [] : [{
      path: ["facets", i, "path"],
      message: `Found the facet "${path}"; expected an attribute that a rule finds.`,
    }]
  );
  const missing = [...attributes].filter((path) => !faceted.has(path) && !WITHOUT_FACET.has(path));
  return [
    ...unknown,
    ...missing.map((path) => ({ path: ["facets"], message: `The attribute "${path}" has no facet.` })),
  ];
}

function sampleProblems({ processors }: Pipeline, engine: LogEngine): Problem[] {
  return processors.flatMap((processor, i) =>
    processor.type !== "grok-parser"
      ? []
      : processor.samples.flatMap((sample, j) =>
        engine.process(sample).rule !== undefined ? [] : [{
          path: ["pipeline", "processors", i, "samples", j],
          message: "No rule matches this sample.",
        }]
      )
  );
}

async function testProblems(asset: LogsAsset, tests: LogTests, engine: LogEngine): Promise<Problem[]> {
  const wrong = differences(engine, { ...tests, id: asset.id }).map(({ test, part, expected, found }) => ({
    path: ["tests", test, "result", ...part],
    message: `The pipeline makes ${shown(found)} of this line; the test expects ${shown(expected)}.`,
  }));
  const ids = tests.id === asset.id ? [] : [{
    path: ["id"],
    message: `Found "${tests.id}"; expected the id of the pipeline, "${asset.id}".`,
  }];
  const used = new Set(tests.tests.map(({ sample }) => engine.process(sample).rule));
  const rules: string[] = [];
  for (const processor of asset.pipeline.processors) {
    if (processor.type !== "grok-parser") continue;
    rules.push(...(await compileGrok(processor.grok.supportRules, processor.grok.matchRules)).rules);
  }
  const untested = rules.filter((rule) => !used.has(rule))
    .map((rule) => ({ path: ["tests"], message: `No test has a line that the rule "${rule}" matches.` }));
  return [...ids, ...wrong, ...untested];
}

const MAX_SHOWN = 400;

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
