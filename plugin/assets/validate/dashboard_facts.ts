import type { JsonFile } from "./json_file.ts";
import { listOf, member } from "./members.ts";

/** What others are held against of a dashboard. */
export interface DashboardFacts {
  readonly title: string;
  /** Titles of its groups, and of the widgets in them. */
  readonly groups: readonly string[];
  readonly widgets: readonly string[];
}

/** Reads what other files are held against; nothing is said of what is wrong with it. */
export function dashboardFacts({ value }: JsonFile): DashboardFacts | undefined {
  const title = member(value, "title");
  if (typeof title !== "string") return undefined;
  const groups = listOf(member(value, "widgets")).map((group) => member(group, "definition"));
  return {
    title,
    groups: titlesOf(groups),
    widgets: titlesOf(
      groups.flatMap((group) => listOf(member(group, "widgets"))).map((widget) => member(widget, "definition")),
    ),
  };
}

const titlesOf = (definitions: readonly unknown[]): string[] =>
  definitions.map((one) => member(one, "title")).filter((title) => typeof title === "string");
