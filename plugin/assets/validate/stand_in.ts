import type * as v from "valibot";
import type { JsonPath } from "./json_path.ts";

/** Stands in for a text that is missing or wrong. What is found of it is not told: somebody was told already. */
export const STAND_IN = "(stand-in)";

/** The parts of valibot's schemas that ours are made of. */
interface Parts {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Parts>>;
  readonly item?: Parts;
  readonly value?: Parts;
  readonly wrapped?: Parts;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly key?: string;
}

/** A value that a schema takes, in place of one that is missing or wrong; `undefined`: there is none. */
export function standInFor(schema: v.GenericSchema, value: unknown, path: JsonPath): unknown {
  const inner = schemaAt(schema as unknown as Parts, value, path);
  return inner === undefined ? undefined : standIn(inner);
}

function schemaAt(schema: Parts, value: unknown, path: JsonPath): Parts | undefined {
  const [key, ...rest] = path;
  if (schema.type === "optional" && schema.wrapped !== undefined) return schemaAt(schema.wrapped, value, path);
  if (schema.type === "variant") {
    const tag = schema.key === undefined ? undefined : schema.key;
    const chosen = (schema.options as readonly Parts[]).find((option) =>
      tag !== undefined && option.entries?.[tag]?.literal === child(value, tag)
    );
    return chosen === undefined ? key === undefined ? schema : undefined : schemaAt(chosen, value, path);
  }
  if (key === undefined) return schema;
  const next = schema.type === "array"
    ? schema.item
    : schema.type === "record"
    ? schema.value
    : Object.hasOwn(schema.entries ?? {}, key)
    ? schema.entries?.[key]
    : undefined;
  return next === undefined ? undefined : schemaAt(next, child(value, key), rest);
}

function standIn(schema: Parts): unknown {
  switch (schema.type) {
    case "string":
      return STAND_IN;
    case "number":
      return 1;
    case "boolean":
      return false;
    case "literal":
      return schema.literal;
    case "picklist":
      return schema.options?.[0];
    case "array":
      return [];
    case "record":
      return {};
    case "strict_object":
      return Object.fromEntries(
        Object.entries(schema.entries ?? {}).filter(([, one]) => one.type !== "optional").map((
          [key, one],
        ) => [key, standIn(one)]),
      );
    default:
      return undefined;
  }
}

function child(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
}
