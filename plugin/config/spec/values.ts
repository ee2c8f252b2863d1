import { isMapping } from "../schemas.ts";
import type { SpecValue } from "./model.ts";

/**
 * A JSON Schema (draft 2020-12) of ours as the specification has it: OpenAPI 3.0, with the members of a mapping as a
 * list, and alternatives on one level.
 */
export function specValue(schema: unknown): SpecValue {
  if (!isMapping(schema)) throw new Error(`Found the schema ${JSON.stringify(schema)}; expected a mapping.`);
  const { anyOf, const: constant, items, properties, additionalProperties, ...rest } = schema;
  const { propertyNames: _names, default: _default, exclusiveMinimum, ...plain } = rest;
  if (Array.isArray(anyOf)) return { anyOf: alternatives(anyOf) };
  if (constant !== undefined) return { type: typeof constant, enum: [constant] };
  return {
    ...plain,
    ...(exclusiveMinimum === undefined ? {} : { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(items === undefined ? {} : { items: specValue(items) }),
    ...(isMapping(properties) ? { properties: members(properties) } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties: others(additionalProperties) }),
  };
}

function alternatives(schemas: readonly unknown[]): SpecValue[] {
  return schemas.flatMap((schema) => {
    const value = specValue(schema);
    return Array.isArray(value.anyOf) ? value.anyOf as SpecValue[] : [value];
  });
}

function members(properties: Readonly<Record<string, unknown>>): SpecValue[] {
  return Object.entries(properties).map(([name, schema]) => ({ name, ...specValue(schema) }));
}

/** What a mapping may hold beside its members; the empty schema, which takes anything, is `true`. */
function others(schema: unknown): SpecValue | true {
  return isMapping(schema) && Object.keys(schema).length > 0 ? specValue(schema) : true;
}
