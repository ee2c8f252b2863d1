import * as v from "valibot";

/** Whether a value is what a schema asks for. */
export type Shape = (value: unknown) => boolean;

/** The schemas that are taken apart here; valibot itself judges all others. */
type Known =
  | v.ObjectSchema<v.ObjectEntries, undefined>
  | v.ArraySchema<v.GenericSchema, undefined>
  | v.OptionalSchema<v.GenericSchema, undefined>
  | v.NullableSchema<v.GenericSchema, undefined>
  | v.UnionSchema<v.GenericSchema[], undefined>
  | v.StringSchema<undefined>
  | v.NumberSchema<undefined>
  | v.BooleanSchema<undefined>;

const shapes = new WeakMap<v.GenericSchema, Shape>();

/**
 * A test that says `true` only where parsing with `schema` would find no issue and change nothing but drop unknown keys.
 * A crawl describes a thousand models, nearly all of them without a flaw: parsing would copy each, and valibot's own
 * `v.is` in its place takes a twelfth more processor time (bench: crawl of 1000 models, one-shot; docs/decisions/0005).
 * Not for schemas with transformations or defaults.
 */
export function shapeOf(schema: v.GenericSchema): Shape {
  let shape = shapes.get(schema);
  if (shape === undefined) shapes.set(schema, shape = makeShape(schema));
  return shape;
}

function makeShape(schema: v.GenericSchema): Shape {
  if (isName(schema)) return (value) => typeof value === "string" && value !== "";
  if ("pipe" in schema) return (value) => v.is(schema, value);
  const known = schema as Known;
  switch (known.type) {
    case "object":
      return objectShape(known.entries);
    case "array": {
      const item = shapeOf(known.item);
      return (value) => {
        if (!Array.isArray(value)) return false;
        for (let i = 0; i < value.length; i++) if (!item(value[i])) return false;
        return true;
      };
    }
    case "optional": {
      const wrapped = shapeOf(known.wrapped);
      return (value) => value === undefined || wrapped(value);
    }
    case "nullable": {
      const wrapped = shapeOf(known.wrapped);
      return (value) => value === null || wrapped(value);
    }
    case "union": {
      const options = known.options.map(shapeOf);
      return (value) => options.some((option) => option(value));
    }
    case "string":
      return (value) => typeof value === "string";
    case "boolean":
      return (value) => typeof value === "boolean";
    case "number":
      // JSON has no NaN.
      return (value) => typeof value === "number";
    default:
      return (value) => v.is(schema, value);
  }
}

/** Whether a schema asks for a text that is not empty, and nothing else. */
function isName(schema: v.GenericSchema): boolean {
  if (!("pipe" in schema)) return false;
  const [text, action, ...others] = schema.pipe as readonly { readonly type: string }[];
  return text?.type === "string" && action?.type === "non_empty" && others.length === 0;
}

/** What is asked of one entry; the simple types of nearly all entries are tested without a call. */
interface Entry {
  readonly name: string;
  /** `typeof` of a value that needs no further test. */
  readonly simple: string | undefined;
  readonly isOptional: boolean;
  readonly isNullable: boolean;
  readonly shape: Shape;
}

function objectShape(entries: v.ObjectEntries): Shape {
  const known = Object.entries(entries).map(([name, entry]) => entryOf(name, entry as v.GenericSchema));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const fields = value as Record<string, unknown>;
    for (let i = 0; i < known.length; i++) {
      const entry = known[i] as Entry;
      const field = fields[entry.name];
      const type: string = typeof field;
      if (type === entry.simple) continue;
      if (field === undefined ? entry.isOptional : field === null ? entry.isNullable : entry.shape(field)) continue;
      return false;
    }
    return true;
  };
}

function entryOf(name: string, schema: v.GenericSchema): Entry {
  const shape = shapeOf(schema);
  let inner = schema as Known;
  while (!("pipe" in inner) && (inner.type === "optional" || inner.type === "nullable")) inner = inner.wrapped as Known;
  // One of a union's types is enough.
  if (!("pipe" in inner) && inner.type === "union") inner = (inner.options[0] ?? inner) as Known;
  const isSimple = !("pipe" in inner) &&
    (inner.type === "string" || inner.type === "number" || inner.type === "boolean");
  return {
    name,
    simple: isSimple ? inner.type : undefined,
    isOptional: shape(undefined),
    isNullable: shape(null),
    shape,
  };
}
