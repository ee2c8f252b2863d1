/** A member of a value that may be no object. */
export function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** A value where it is a list, else an empty one. */
export const listOf = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [];
