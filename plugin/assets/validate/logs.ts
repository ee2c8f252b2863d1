import { checkLogs } from "../logs/mod.ts";
import type { AssetTexts, Findings } from "./findings.ts";
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
      findings.add(file.path, file.lineOf(path), `${place}${message}`);
    }
  }
}
