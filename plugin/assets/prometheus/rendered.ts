import { embeddedAssets } from "../asset_texts.ts";
import { rulesFile, RUNBOOKS } from "./rules_file.ts";

const FOLDER = "assets/prometheus/";
/** Written by hand: what the rules are held to. */
const TESTS = "torchserve.rules.test.yaml";

/** The rules and their unit tests by name. @param runbooks address of the page that explains the monitors */
export async function renderedRules(runbooks = RUNBOOKS): Promise<Map<string, string>> {
  const tests = (await embeddedAssets()).get(`${FOLDER}${TESTS}`) ?? "";
  return new Map([
    ["torchserve.rules.yaml", await rulesFile(runbooks)],
    [TESTS, tests.replaceAll(`runbook_url: ${RUNBOOKS}#`, `runbook_url: ${runbooks}#`)],
  ]);
}
