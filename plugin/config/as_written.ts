type Schema = Readonly<Record<string, unknown>>;

/** What the host agent, or this program, puts in place before a value is looked at. */
const VARIABLE = "%%[A-Za-z]";
const FLAG_WORDS = ["true", "false", "yes", "no", "y", "n", "on", "off", "1", "0"];
/** A text for which a number is as good: the version of a model. */
const VERSION = "version";
const NULL = { type: "null" };

/**
 * A schema of values as it takes them in a file: numbers and booleans as texts too, words in any case, template
 * variables, and nothing (`limit:`) for what is not set. Mappings take no names that they do not know.
 */
export function asWritten(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asWritten);
  if (typeof schema !== "object" || schema === null) return schema;
  const { properties, additionalProperties, items, anyOf, ...rest } = schema as Schema;
  if (Array.isArray(anyOf)) return { ...rest, anyOf: anyOf.map(asWritten) };
  if (rest.type === "boolean") return either(rest, { enum: [0, 1] }, words(FLAG_WORDS));
  if (rest.type === "number" || rest.type === "integer") return either(rest, numeric(rest));
  if (Array.isArray(rest.enum) && rest.enum.every((word) => typeof word === "string")) {
    return either(rest, words(rest.enum));
  }
  return {
    ...rest,
    ...(items === undefined ? {} : { items: asWritten(items) }),
    ...(isSchema(properties)
      ? { properties: membersOf(properties), additionalProperties: additionalProperties ?? false }
      : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: orNothing(asWritten(additionalProperties)) } : {}),
  };
}

/** A schema that takes nothing as well: in a file that means 'not set'. */
export function orNothing(schema: unknown): Schema {
  const { description, default: byDefault, writeOnly, ...rest } = isSchema(schema) ? schema : {};
  const anyOf = Array.isArray(rest.anyOf) && Object.keys(rest).length === 1 ? rest.anyOf : [rest];
  return {
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(rest).length === 0 ? {} : { anyOf: [...anyOf, NULL] }),
    ...(byDefault === undefined ? {} : { default: byDefault }),
    ...(writeOnly === undefined ? {} : { writeOnly }),
  };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function membersOf(properties: Schema): Schema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const written = asWritten(schema);
      return [name, orNothing(name === VERSION ? { anyOf: [written, { type: "number" }] } : written)];
    }),
  );
}

/** The first schema, as documents show it, or one of the others. */
function either({ description, default: byDefault, ...first }: Schema, ...others: readonly Schema[]): Schema {
  return {
    ...(description === undefined ? {} : { description }),
    anyOf: [first, ...others],
    ...(byDefault === undefined ? {} : { default: byDefault }),
  };
}

/** Words in any case, with blanks around them. */
function words(all: readonly string[]): Schema {
  const anyCase = (word: string) =>
    word.replace(/[.+*?]/g, "\\$&").replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
  return { type: "string", pattern: `^\\s*(?:${all.map(anyCase).join("|")})\\s*$|${VARIABLE}` };
}

/** A number as text. */
function numeric({ type, minimum, exclusiveMinimum }: Schema): Schema {
  const sign = typeof minimum === "number" || typeof exclusiveMinimum === "number" ? "\\+?" : "[-+]?";
  const digits = type === "integer" ? "\\d+(?:\\.0*)?" : "(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?";
  const notZero = exclusiveMinimum === 0 ? "(?!\\s*\\+?0*\\.?0*\\s*$)" : "";
  return { type: "string", pattern: `^${notZero}\\s*${sign}${digits}\\s*$|${VARIABLE}` };
}
