import { stringify } from "yaml";
import { loadCatalogue } from "../../catalogue/mod.ts";
import { MONITORS } from "../description/monitors/mod.ts";
import { alertRule } from "./rules.ts";

/** Where the monitors are explained, unless somebody has that page elsewhere. */
export const RUNBOOKS = "docs/monitors.md";
const HEADER =
  `# Alerts on TorchServe, for the names of torchserve-check's exporter and of its text file for the node exporter.
# docs/monitors.md explains each; promtool test rules torchserve.rules.test.yaml tries them.
`;

/** All monitors as a file of rules for Prometheus. @param runbooks address of the page that explains the monitors */
export async function rulesFile(runbooks = RUNBOOKS): Promise<string> {
  const metrics = await loadCatalogue();
  const rules = MONITORS.map((monitor) => alertRule(monitor, metrics, runbooks));
  return HEADER + stringify({ groups: [{ name: "torchserve", rules }] }, { lineWidth: 0 });
}
