import { isAdvice } from "./advice.ts";
import { child } from "./found.ts";
import type { Parsed } from "./parse.ts";
import type { Spot } from "./places.ts";
import type { ConfigIssue } from "./types.ts";

/** Issues with their places; what is nowhere, like an instance that is missing, is at the start. */
export async function placed(
  issues: Iterable<ConfigIssue>,
  parsed: Parsed | undefined,
): Promise<(issue: ConfigIssue) => ConfigIssue> {
  const places = await parsed?.places();
  const made = new Map<ConfigIssue, ConfigIssue>();
  for (const issue of issues) {
    const spot: Spot = places?.spotOf(issue) ?? { place: { line: 1, column: 1 } };
    const { suggestion } = issue;
    const isQuoted = spot.isJson === true && suggestion !== undefined &&
      places?.text.charAt(spot.range?.[0] ?? 0) === '"';
    made.set(issue, {
      ...issue,
      place: issue.place ?? spot.place,
      // In JSON a text without quotes would be none.
      ...(isQuoted && !isAdvice(suggestion) && !/^["[{]/.test(suggestion)
        ? { suggestion: JSON.stringify(suggestion) }
        : {}),
    });
  }
  return (issue) => made.get(issue) ?? issue;
}

/**
 * What is said of a place is said once, however many instances take it from there, and not what only follows from a
 * misspelt name.
 */
export function once(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  const told = new Set<string>();
  const meant = new Set(
    issues.flatMap(({ path, suggestion }) => suggestion === undefined ? [] : [child(parent(path), suggestion)]),
  );
  return issues.filter(({ path, severity, message, place }) => {
    const needs = /has no effect without (\w+)\.$/.exec(message)?.[1];
    if (severity === "warning" && needs !== undefined && meant.has(child(parent(path), needs))) return false;
    const text = `${place?.line}:${place?.column} ${path.replace(/\[\d+\]/g, "")} ${message}`;
    return !told.has(text) && told.add(text);
  });
}

/** The path of what holds the thing at a path. */
function parent(path: string): string {
  return path.replace(/(?:\.\w+|\["[^"]*"\]|\[\d+\])$/, "");
}
