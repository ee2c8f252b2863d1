import { type ConversionConfig, type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { asWritten, orNothing } from "./as_written.ts";
import { logsEntry } from "./logs.ts";
import { meaningOf } from "./option_docs.ts";
import { HOST_OPTIONS, initNames, OPTION_NAMES, type OptionName, optionOf } from "./options.ts";
import type { Choice, OptionSchema } from "./schemas.ts";
import { HOST_SECTIONS } from "./sections.ts";
import { ENDPOINTS } from "./types.ts";

/** What the schema is called, beside the configuration that names it. */
export const SCHEMA_FILE = "conf.schema.json";

function hasChoices(schema: unknown): schema is Choice {
  return typeof schema === "object" && schema !== null && "choices" in schema;
}

/** How schemas are made: of what is accepted beside it ("yes", "10"), `as_written.ts` knows. */
const conversion = (isClosed: boolean): ConversionConfig => ({
  target: "draft-2020-12",
  typeMode: "output",
  errorMode: "ignore",
  overrideSchema: ({ valibotSchema, jsonSchema }) => {
    if (isClosed && valibotSchema.type === "loose_object") return { ...jsonSchema, additionalProperties: {} };
    return hasChoices(valibotSchema)
      ? { anyOf: valibotSchema.choices.map((choice) => valueSchema(choice, isClosed)) }
      : undefined;
  },
});

/**
 * The JSON Schema (draft 2020-12) of an option's value.
 *
 * @param isClosed mappings that take other names than their own say so
 */
export function valueSchema(schema: OptionSchema, isClosed = false): JsonSchema {
  // Of lazy schemas, which are overridden above, definitions are made nevertheless.
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, conversion(isClosed));
  return withoutDefaultsRequired(rest) as JsonSchema;
}

/** A member with a default may be left out of a file, though not of the validated value. */
function withoutDefaultsRequired(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaultsRequired);
  if (typeof schema !== "object" || schema === null) return schema;
  const { required, ...copy } = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, withoutDefaultsRequired(value)]),
  );
  if (!Array.isArray(required)) return required === undefined ? copy : { ...copy, required };
  const members = copy.properties as Readonly<Record<string, object | undefined>> | undefined;
  const needed = required.filter((name: string) => !("default" in (members?.[name] ?? {})));
  return needed.length === 0 ? copy : { ...copy, required: needed };
}

/** Addresses, also with a template variable in place of all of it, or empty, which means 'not set'. */
const HTTP_URL = { type: "string", pattern: "^\\s*$|^\\s*(?:[Hh][Tt][Tt][Pp][Ss]?|unix)://|^%%" };
/** Not set. */
const UNSET = { anyOf: [{ type: "null" }, { type: "string", pattern: "^\\s*$" }] };
const TEXTS_OR_NUMBERS = { type: "object", additionalProperties: { type: ["string", "number", "null"] } };
/** Options that take more forms in a file than the one that they are read as. */
const OTHER_FORMS: Readonly<Partial<Record<OptionName, unknown>>> = {
  tls_ciphers: { type: "string" },
  headers: TEXTS_OR_NUMBERS,
  extra_headers: TEXTS_OR_NUMBERS,
};

function property(name: OptionName): Record<string, unknown> {
  const { schema, secret, default: byDefault } = optionOf(name);
  const value = valueSchema(schema(), true);
  const isAddress = value.type === "string" && /_(?:url|endpoint)$/.test(name);
  const written = isAddress ? HTTP_URL : asWritten(value);
  const other = OTHER_FORMS[name];
  return {
    description: meaningOf(name),
    ...orNothing(other === undefined ? written : { anyOf: [written, other] }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(secret ? { writeOnly: true } : {}),
  };
}

function properties(names: readonly OptionName[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, property(name)]));
}

/** Names that the host agent takes, of which any value is let through. */
const anything = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]));

/** What an instance of a kind has: its own key, and none that acts on other kinds only. */
function ofKind([endpoint, kind]: (typeof ENDPOINTS)[number]): Record<string, unknown> {
  const names: readonly OptionName[] = ENDPOINTS.map(([name]) => name);
  const others = OPTION_NAMES.filter((name) => name !== endpoint && !optionOf(name).kinds.includes(kind));
  return {
    required: [endpoint],
    properties: {
      [endpoint]: { not: UNSET },
      ...Object.fromEntries(others.map((name) => [name, names.includes(name) ? UNSET : { type: "null" }])),
    },
  };
}

/**
 * The JSON Schema (draft 2020-12) of a configuration file, or of one bare instance; `$defs` has those of a file (`file`),
 * of an instance (`instance`), of `init_config` and of an entry of `logs` (`logs_entry`). It takes what `config validate`
 * takes, and neither unknown names nor options of another kind of instance.
 */
export function configJsonSchema(): Record<string, unknown> {
  const list = (items: string) => ({ type: "array", items: { $ref: `#/$defs/${items}` } });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: SCHEMA_FILE,
    title: "Configuration of torchserve-check",
    type: "object",
    if: { anyOf: ENDPOINTS.map(([name]) => ({ required: [name] })) },
    then: { $ref: "#/$defs/instance" },
    else: { $ref: "#/$defs/file" },
    $defs: {
      file: {
        type: "object",
        properties: {
          init_config: { anyOf: [{ $ref: "#/$defs/init_config" }, { type: "null" }] },
          instances: { anyOf: [list("instance"), { type: "null" }] },
          logs: { anyOf: [list("logs_entry"), { type: "null" }] },
          ...anything(HOST_SECTIONS),
        },
        additionalProperties: false,
        anyOf: [
          { required: ["instances"], properties: { instances: { type: "array", minItems: 1 } } },
          { required: ["logs"], properties: { logs: { type: "array" } } },
        ],
      },
      init_config: { type: "object", properties: properties(initNames()), additionalProperties: false },
      instance: {
        type: "object",
        properties: { ...properties(OPTION_NAMES), ...anything(HOST_OPTIONS) },
        additionalProperties: false,
        oneOf: ENDPOINTS.map(ofKind),
      },
      logs_entry: asWritten(valueSchema(logsEntry(), true)),
    },
  };
}
