import { type ConversionConfig, type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { logsEntry } from "./logs.ts";
import { meaningOf } from "./option_docs.ts";
import { initNames, OPTION_NAMES, type OptionName, optionOf } from "./options.ts";
import type { Choice, OptionSchema } from "./schemas.ts";
import { ENDPOINTS } from "./types.ts";

function hasChoices(schema: unknown): schema is Choice {
  return typeof schema === "object" && schema !== null && "choices" in schema;
}

const conversion: ConversionConfig = {
  target: "draft-2020-12",
  // What a file should hold: of what is accepted beside it ("yes", "10"), editors need not know.
  typeMode: "output",
  errorMode: "ignore",
  overrideSchema: ({ valibotSchema }) =>
    hasChoices(valibotSchema) ? { anyOf: valibotSchema.choices.map((choice) => valueSchema(choice)) } : undefined,
};

/** The JSON Schema (draft 2020-12) of an option's value. */
export function valueSchema(schema: OptionSchema): JsonSchema {
  // Of lazy schemas, which are overridden above, definitions are made nevertheless.
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, conversion);
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

const HTTP_URL = { format: "uri", pattern: "^(https?|unix)://" };

function property(name: OptionName): Record<string, unknown> {
  const { schema, secret, default: byDefault } = optionOf(name);
  const value = valueSchema(schema());
  return {
    description: meaningOf(name),
    ...value,
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(value.type === "string" && /_(?:url|endpoint)$/.test(name) ? HTTP_URL : {}),
    ...(secret ? { writeOnly: true } : {}),
  };
}

function properties(names: readonly OptionName[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, property(name)]));
}

/**
 * The JSON Schema (draft 2020-12) of a configuration file; `$defs` has those of an instance (`instance`), of
 * `init_config` and of an entry of `logs` (`logs_entry`).
 */
export function configJsonSchema(): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of torchserve-check",
    type: "object",
    properties: {
      init_config: { anyOf: [{ $ref: "#/$defs/init_config" }, { type: "null" }] },
      instances: { type: "array", items: { $ref: "#/$defs/instance" } },
      logs: { type: "array", items: { $ref: "#/$defs/logs_entry" } },
    },
    anyOf: [{ required: ["instances"] }, { required: ["logs"] }],
    $defs: {
      init_config: { type: "object", properties: properties(initNames()) },
      instance: {
        type: "object",
        properties: properties(OPTION_NAMES),
        oneOf: ENDPOINTS.map(([name]) => ({ required: [name] })),
      },
      logs_entry: valueSchema(logsEntry()),
    },
  };
}
