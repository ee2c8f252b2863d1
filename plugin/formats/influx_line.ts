import { tagPairs, wellFormed } from "./tag_pairs.ts";

/**
 * Tags as they stand behind a measurement in the InfluxDB line protocol: `,a=1,b=2`
 * (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/). The same tags give the same text.
 */
export function lineTags(
  tags: readonly string[],
  hostname: string | undefined,
  legal: (name: string) => string = (name) => name,
): string {
  const named = (name: string) => legal(name === "" ? "_" : name);
  return tagPairs(tags, hostname, named).map(([name, value]) => `,${escapedKey(name)}=${escapedKey(value)}`).join("");
}

/** A name of a field, or a name or a value of a tag. A backslash can be written in no way that all readers agree on. */
export function escapedKey(text: string): string {
  return wellFormed(text).replaceAll("\\", "/").replace(/[,= ]/g, "\\$&");
}

/** A field that is a text. */
export function textField(text: string): string {
  return `"${wellFormed(text).replace(/["\\]/g, "\\$&")}"`;
}

/** The name of a measurement; a line that starts with `#` would be a comment. */
export function escapedMeasurement(text: string): string {
  return wellFormed(text).replaceAll("\\", "/").replace(/^#/, "_").replace(/[, ]/g, "\\$&");
}
