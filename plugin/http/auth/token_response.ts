import type { HttpResponse } from "../types.ts";

/** The fields of an answer that is a JSON object; none of one that is not. */
export function jsonFields(response: HttpResponse): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(response.text());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
