import * as v from "valibot";
import { checkSchema, quoted } from "./by_schema.ts";
import type { AssetTexts, Findings } from "./findings.ts";
import { YamlFile } from "./yaml_file.ts";

/** Where it is said what the integration gives. */
export const DATAFLOWS = "assets/dataflows.yaml";

const TYPES = ["metrics", "events", "logs"] as const;

const schema = v.strictObject({
  provides: v.array(v.strictObject({
    id: v.pipe(v.string(), v.regex(/^torchserve-[a-z]+$/, "torchserve- and a data type")),
    data_type: v.picklist(TYPES),
    direction: v.picklist(["inbound", "outbound"]),
    always_on: v.boolean(),
  })),
});

/** Metrics, events and logs are given, each once; logs only when they are asked for. */
export function checkDataflows(texts: AssetTexts, findings: Findings): void {
  const text = texts.get(DATAFLOWS);
  if (text === undefined) return findings.add(DATAFLOWS, 1, "the file is missing");
  const file = YamlFile.read(DATAFLOWS, text, findings);
  const flows = file === undefined ? undefined : checkSchema(file, schema, findings);
  if (file === undefined || flows === undefined) return;
  flows.provides.forEach(({ id, data_type: type, always_on: always }, i) => {
    const line = file.lineOf(["provides", i]);
    if (id !== `torchserve-${type}`) findings.add(DATAFLOWS, line, `${quoted(id)} is not the id of ${type}`);
    if (flows.provides.findIndex((other) => other.data_type === type) !== i) {
      findings.add(DATAFLOWS, line, `${quoted(type)} is given twice`);
    }
    if (always !== (type !== "logs")) {
      findings.add(DATAFLOWS, file.lineOf(["provides", i, "always_on"]), `always_on of ${type} is ${always}`);
    }
  });
  for (const type of TYPES.filter((one) => !flows.provides.some(({ data_type }) => data_type === one))) {
    findings.add(DATAFLOWS, file.lineOf(["provides"]), `${quoted(type)} is not given`);
  }
}
