/**
 * How Java writes and orders things, where TorchServe's responses show it.
 *
 * @module
 */

/** `Double.toString`: `66.0`, `1.0E7` from ten million on, `1.0E-4` below a thousandth. */
export function doubleToString(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf"; // as simpleclient's doubleToGoString writes it
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = "0", exponent = "0"] = value.toExponential().split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${Object.is(value, -0) ? "-0" : text}.0`;
}

/** `Integer.parseInt`, or the default: an optional sign and digits of 32 bits, nothing else. */
export function parseIntOr(text: string | undefined, fallback: number): number {
  if (text === undefined || !/^[+-]?\d{1,19}$/.test(text)) return fallback;
  const value = Number(text);
  return value >= -2147483648 && value <= 2147483647 ? value : fallback;
}

/** `Boolean.parseBoolean`. */
export function parseBoolean(text: string | undefined): boolean {
  return text !== undefined && text.toLowerCase() === "true";
}

/** `String.hashCode`. */
export function hashOfString(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** `List.hashCode` of strings. */
export function hashOfStrings(texts: readonly string[]): number {
  let hash = 1;
  for (const text of texts) hash = (Math.imul(hash, 31) + hashOfString(text)) | 0;
  return hash;
}

/**
 * The order in which a `ConcurrentHashMap` gives entries back: by bucket, and within a bucket as they came. The table
 * starts with 16 buckets and doubles when three quarters are in use.
 */
export function hashMapOrder<T>(entries: readonly T[], hashOf: (entry: T) => number): T[] {
  let buckets = 16;
  while (entries.length >= buckets * 0.75) buckets *= 2;
  const bucketOf = (entry: T) => {
    const hash = hashOf(entry);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return entries
    .map((entry) => ({ entry, bucket: bucketOf(entry) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ entry }) => entry);
}

/** JSON as Gson's pretty printer writes it: two spaces, and the two line separators escaped. */
export function toGson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return /[\u2028\u2029]/.test(text) ? text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029") : text;
}
