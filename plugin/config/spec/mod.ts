/**
 * The specification of the configuration in the Agent's form, and what the Agent's tools make of it: made here too, so
 * that nobody needs those tools. `test/peers` holds both against `datadog-checks-dev`.
 *
 * @module
 */
import { optionDocs } from "../option_docs.ts";
import { HEAD } from "./head.ts";
import { renderFile } from "./render.ts";
import { configFile, discoveryFile } from "./sections.ts";
import { specText } from "./text.ts";

/** `assets/configuration/spec.yaml`. */
export function configSpec(): string {
  const docs = optionDocs();
  return specText("TorchServe", [configFile(docs), discoveryFile(docs)]);
}

/** `conf.yaml.example`: what it is, and three instances that are valid as they stand, and all other options commented out. */
export function exampleConfig(): string {
  return HEAD + renderFile(configFile(optionDocs()));
}

/** `auto_conf.yaml`, for containers that the Agent discovers. */
export function discoveryConfig(): string {
  return renderFile(discoveryFile(optionDocs()));
}
