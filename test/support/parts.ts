/** What docs/protocol.md tells a host to do with parts: arrays are appended, objects merged, anything else replaced. */
export function merge(into: unknown, part: unknown): unknown {
  if (Array.isArray(into) && Array.isArray(part)) return [...into, ...part];
  if (isObject(into) && isObject(part)) {
    const result = { ...into };
    for (const [key, value] of Object.entries(part)) result[key] = key in result ? merge(result[key], value) : value;
    return result;
  }
  return part;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
