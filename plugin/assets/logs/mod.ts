/**
 * The log pipeline of the integration: read, run on lines, checked, and made into what Datadog's API takes.
 *
 * @module
 */
import type { LogsAsset } from "./asset.ts";
import type { LogEngine } from "./engine.ts";

export type { LogsAsset, LogTests } from "./asset.ts";
export type { LogEngine, ProcessedLog } from "./engine.ts";
export { type Body, type Mark, pipelineBody } from "./api_body.ts";
export { matchesSearch, type Searched } from "./search/match.ts";
export { parseSearch, type Search } from "./search/parse.ts";
export { collected, type ProcessingRule } from "./agent_rules.ts";

/** The pipeline that is shipped. */
export async function shippedPipeline(): Promise<LogsAsset> {
  const [{ default: text }, { readLogsAsset }] = await Promise.all([
    import("../../../assets/logs/torchserve.yaml", { with: { type: "text" } }),
    import("./read.ts"),
  ]);
  const read = await readLogsAsset(text);
  if ("value" in read) return read.value;
  throw new Error(`assets/logs/torchserve.yaml: ${read.problems.map(({ message }) => message).join(" ")}`);
}

/** The engine of the pipeline that is shipped. */
export async function shippedEngine(): Promise<LogEngine> {
  const [{ pipeline }, { logEngine }] = await Promise.all([shippedPipeline(), import("./engine.ts")]);
  return await logEngine(pipeline);
}

/** Checks the files of a log pipeline. */
export async function checkLogs(pipelineText: string, testsText: string) {
  const check = await import("./check.ts");
  return await check.checkLogs(pipelineText, testsText);
}
