import type { ConfigIssue, FileInstance, FileResult } from "../config/mod.ts";
import { isWithin } from "../config/mod.ts";
import { issueLines } from "./issue_line.ts";

/** What is told of a configuration beside its reports, and the instances with what their reports tell. */
export interface ToldIssues {
  readonly beside: readonly ConfigIssue[];
  readonly instances: readonly FileInstance[];
}

/**
 * Parts what is told once, beside the reports, from what stands in the report of an instance. Issues of instances that were
 * not chosen are neither.
 */
export function issuesBeside(
  { issues, instances }: FileResult,
  chosen: readonly FileInstance[],
): readonly ConfigIssue[] {
  const ofInstances = new Set(instances.flatMap(({ result }) => result.issues));
  const leftOut = instances.filter(({ path }) => chosen.every((instance) => instance.path !== path));
  return issues.filter((issue) => !ofInstances.has(issue) && !leftOut.some(({ path }) => isWithin(issue.path, path)));
}

/**
 * For people: warnings, and what is wrong with `init_config`, are told once, beside the reports; the report of an instance
 * that cannot run has its own errors, with the lines of the file that they are about.
 */
export async function issuesForPeople(file: FileResult, chosen: readonly FileInstance[]): Promise<ToldIssues> {
  const beside = new Set(issuesBeside(file, chosen));
  const instances = await Promise.all(chosen.map(async (instance): Promise<FileInstance> => {
    const { path, result } = instance;
    const own: ConfigIssue[] = [];
    for (const issue of result.issues) {
      if (issue.severity === "error" && isWithin(issue.path, path)) {
        own.push({ ...issue, shown: await issueLines(issue, file) });
      } else beside.add(issue);
    }
    const shared = result.issues.find(({ severity }) => severity === "error");
    if (!result.ok && own.length === 0 && shared !== undefined) {
      const { suggestion: _, ...issue } = shared;
      own.push({ ...issue, message: "It is wrong, and told of once for all instances." });
    }
    return { ...instance, result: { ...result, issues: own } };
  }));
  return { beside: file.issues.filter((issue) => beside.has(issue)), instances };
}
