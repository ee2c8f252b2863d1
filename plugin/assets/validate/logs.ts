import { checkLogs } from "../logs/mod.ts";
import { type AssetTexts, Findings } from "./findings.ts";
import { listOf, member } from "./members.ts";
import type { Searched } from "./searches.ts";
import { YamlFile } from "./yaml_file.ts";

/** Where the log pipeline and its tests lie. */
export const PIPELINE = "assets/logs/torchserve.yaml";
export const PIPELINE_TESTS = "assets/logs/torchserve_tests.yaml";

/** The pipeline is one, each of its rules has a test, and each test comes out as it says. */
export async function checkPipeline(texts: AssetTexts, findings: Findings): Promise<void> {
  const [pipeline, tests] = [texts.get(PIPELINE), texts.get(PIPELINE_TESTS)];
  if (pipeline === undefined) findings.add(PIPELINE, 1, "the file is missing");
  if (tests === undefined) findings.add(PIPELINE_TESTS, 1, "the file is missing");
  if (pipeline === undefined || tests === undefined) return;
  const pipelineFile = YamlFile.read(PIPELINE, pipeline, findings);
  const testsFile = YamlFile.read(PIPELINE_TESTS, tests, findings);
  if (pipelineFile === undefined || testsFile === undefined) return;
  const problems = await checkLogs(pipeline, tests);
  for (const [file, found] of [[pipelineFile, problems.pipeline], [testsFile, problems.tests]] as const) {
    for (const { path, message } of found) {
      const place = path.length === 0 ? "" : `${path.join(".")}: `;
      const line = file.lineOf(path);
      const lines = (texts.get(file.path) ?? "").split("\n");
      findings.add(file.path, path.at(-1) === "grok" ? lineOfRule(lines, line, message) : line, `${place}${message}`);
    }
  }
}

/** The line of the rule that a message names. @param start of the rules */
function lineOfRule(lines: readonly string[], start: number, message: string): number {
  const [, rule, quoted] = /rule (\w+)[ :]|"([^"]+)"/.exec(message) ?? [];
  const beginning = rule === undefined ? quoted ?? "" : `${rule} `;
  // Of two rules with one name, the second is one too many.
  const at = lines.findLastIndex((line, i) => i + 1 >= start && line.trimStart().startsWith(beginning));
  return at === -1 ? start : at + 1;
}

/** What searches of dashboards and saved views may look at: the pipeline's facets, and the tags that it sets. */
export function readSearched(texts: AssetTexts): Searched {
  const nobody = new Findings();
  const value = YamlFile.read(PIPELINE, texts.get(PIPELINE) ?? "", nobody)?.value;
  const facets = listOf(member(value, "facets")).map((facet) => member(facet, "path")).filter((path) =>
    typeof path === "string"
  );
  const tags = listOf(member(member(value, "pipeline"), "processors")).flatMap((processor) => {
    const target = member(processor, "targetType") === "tag" ? member(processor, "target") : undefined;
    return typeof target === "string" ? [target] : [];
  });
  return { attributes: facets.length === 0 ? undefined : new Set(facets), logTags: tags };
}
