import type { Expression, MetricQuery } from "./ast.ts";
import type { QueryIssue } from "./issue.ts";

/**
 * Operands of one operation are joined by their groups, which therefore have to be the same tags. What is counted has no
 * groups any more.
 *
 * @param queries those that the expression names
 */
export function checkGroups(
  expression: Expression,
  queries: ReadonlyMap<string, MetricQuery> = new Map(),
): QueryIssue[] {
  const issues: QueryIssue[] = [];
  const report = (groups: ReadonlySet<string>, { at }: Expression) => {
    if (groups.size <= 1) return;
    const shown = [...groups].map((tags) => `{${tags}}`).join(" and ");
    issues.push({ message: `its queries are grouped differently: by ${shown}`, at });
  };
  const groupsOf = (node: Expression): Set<string> => {
    switch (node.kind) {
      case "number":
        return new Set();
      case "metric":
        return new Set([tagsOf(node)]);
      case "name": {
        const query = queries.get(node.name);
        return new Set(query === undefined ? [] : [tagsOf(query)]);
      }
      case "negation":
        return groupsOf(node.of);
      case "operation":
        return groupsOf(node.left).union(groupsOf(node.right));
      case "call": {
        const groups = new Set(node.args.flatMap((arg) => [...groupsOf(arg)]));
        if (node.name !== "count_nonzero") return groups;
        report(groups, node);
        return new Set(groups.size === 0 ? [] : [""]);
      }
    }
  };
  report(groupsOf(expression), expression);
  return issues;
}

const tagsOf = ({ by }: MetricQuery): string => by.map(({ name }) => name).sort().join(",");
