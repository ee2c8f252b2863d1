/** The options of an instance: reading them, checking them, and what is generated from their list. */
import type * as v from "valibot";
import type { DocumentOptions, ReadDocument } from "./document.ts";
import type { FileResult } from "./file.ts";
import type { OptionDoc } from "./option_docs.ts";
import type { OptionSchema } from "./schemas.ts";
import type { TemplateValues } from "./templates.ts";
import type { Place } from "./types.ts";

export { hintOf, isAdvice, remedy } from "./advice.ts";
export { type Authentication, authenticationOf, authorizationSetBy } from "./authentication.ts";
export { ANNOTATED, type Annotated, LABEL_FORMS, type LabelForm } from "./containers/forms.ts";
export type { Carried } from "./containers/write.ts";
export { isProxyScheme, PROXY_PORTS, type ProxyScheme, TLS_VERSIONS } from "./connection_rules.ts";
export { httpDefaults } from "./defaults.ts";
export type { ReadDocument } from "./document.ts";
export type { FileInstance, FileResult } from "./file.ts";
export type { LogsEntry } from "./logs.ts";
export type { MetricDefinition, MetricItem } from "./metric_items.ts";
export { child, isWithin, withoutSecrets, withoutUserInfo } from "./found.ts";
export { meantUrl } from "./endpoint.ts";
export { isFieldName, isFieldValue } from "./header_rules.ts";
export { nearest } from "./nearest.ts";
export type { OptionDoc } from "./option_docs.ts";
export { fields, flag, mapping, seconds, wholeNumber } from "./schemas.ts";
export { concerns, mayBeShown } from "./options.ts";
export type { HttpOptions, InitConfig, Instance, OptionName } from "./options.ts";
export { type Resolved, resolveTemplates, type TemplateValues } from "./templates.ts";
export type { ConfigIssue, HttpKind, InstanceKind, Place, SampleKind } from "./types.ts";
export {
  type ConfigOf,
  type HttpConfig,
  validateInstance,
  type ValidationResult,
  type ValidConfig,
} from "./validate.ts";

/**
 * Reads a configuration: YAML or JSON in the Agent's shape (`init_config`, `instances`, `logs`), one bare instance, or
 * a compose file or manifests of Kubernetes whose labels or annotations hold it. One bad instance does not lose the
 * others. Nothing is thrown for what a text may hold.
 *
 * @param source the text, or the bytes of a file that may hold anything
 * @param origin what to call the text in syntax errors: a file's name, `standard input`.
 * @param templates what template variables stand for; without them they are errors.
 * @param exists whether there is a file: given, paths where there is none are warned of
 */
export async function readConfig(
  source: string | Uint8Array,
  origin: string,
  templates?: TemplateValues,
  exists?: (path: string) => boolean,
): Promise<FileResult> {
  // Loaded here because a run over the protocol reads no file.
  const file = await import("./file.ts");
  return await file.readConfig(source, origin, templates, exists);
}

/**
 * The line of a configuration that an issue is about, and a mark under its place; secrets stand in neither.
 *
 * @param text as `FileResult.text` has it
 */
export async function excerpt(text: string, place: Place): Promise<readonly string[]> {
  const { excerpt } = await import("./excerpt.ts");
  return excerpt(text, place);
}

/**
 * Reads a YAML or JSON document that holds no instances against its schema. Every message of the schema is the phrase
 * after 'expected'.
 *
 * @param origin what to call the text in syntax errors
 */
export async function readDocument<S extends OptionSchema>(
  text: string,
  origin: string,
  schema: S,
  options: DocumentOptions,
): Promise<ReadDocument<v.InferOutput<S>>> {
  const document = await import("./document.ts");
  return await document.readDocument(text, origin, schema, options);
}

/** The commented example configuration, `conf.yaml.example`, valid as it stands. */
export async function exampleConfig(): Promise<string> {
  const spec = await import("./spec/mod.ts");
  return spec.exampleConfig();
}

/** The logs of TorchServe that are worth collecting, as the example names them. */
export async function logSources() {
  return (await import("./descriptions/logs.ts")).LOG_SOURCES;
}

/** The specification of the configuration in the Agent's form, `spec.yaml`. */
export async function configSpec(): Promise<string> {
  const spec = await import("./spec/mod.ts");
  return spec.configSpec();
}

/** The configuration for containers that the Agent discovers, `auto_conf.yaml`. */
export async function discoveryConfig(): Promise<string> {
  const spec = await import("./spec/mod.ts");
  return spec.discoveryConfig();
}

/**
 * The JSON Schema (draft 2020-12) of a configuration file; `$defs` has those of an instance (`instance`), of
 * `init_config` and of an entry of `logs` (`logs_entry`).
 */
export async function configJsonSchema(): Promise<Record<string, unknown>> {
  const jsonSchema = await import("./json_schema.ts");
  return jsonSchema.configJsonSchema();
}

/** Every option with all that documents tell of it, in their order. */
export async function optionDocs(): Promise<readonly OptionDoc[]> {
  const docs = await import("./option_docs.ts");
  return docs.optionDocs();
}

/** How a configuration is written as labels of a container, or as annotations. */
export async function containerTexts() {
  const [{ carry }, { renderAnnotations, renderLabels }] = await Promise.all([
    import("./containers/write.ts"),
    import("./containers/render.ts"),
  ]);
  return { carry, renderAnnotations, renderLabels };
}
