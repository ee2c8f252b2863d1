import { type ConfigIssue, excerpt, isAdvice } from "../../config/mod.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** What is wrong with the configuration itself. */
export async function judgeConfiguration({ source, issues }: Facts): Promise<Finding[]> {
  return await Promise.all(issues.map(async (issue): Promise<Finding> => {
    const { path, message, suggestion, severity } = issue;
    return {
      id: "configuration",
      level: severity === "error" ? "wrong" : "doubtful",
      message: `${path}: ${message}`,
      evidence: source === undefined ? [] : await placeOf(issue, source),
      ...(suggestion === undefined
        ? {}
        : { remedy: isAdvice(suggestion) ? suggestion : `perhaps ${suggestion} is meant` }),
      instances: instanceOf(path),
    };
  }));
}

/** Where it is written, and the line, without secrets. */
async function placeOf({ place }: ConfigIssue, { origin, text }: NonNullable<Facts["source"]>): Promise<string[]> {
  if (place === undefined) return [`Written in ${origin}.`];
  return [`Written in ${origin}:${place.line}:${place.column}.`, ...await excerpt(text, place)];
}

/** The instance that a path lies in. */
function instanceOf(path: string): string[] {
  const instance = /^instances\[\d+\]|^instance\b/.exec(path)?.[0];
  return instance === undefined ? [] : [instance];
}
