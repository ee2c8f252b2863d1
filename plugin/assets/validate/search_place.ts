import { quoted } from "./by_schema.ts";
import type { DashboardKnowledge, Variables } from "./knowledge.ts";
import type { Place } from "./place.ts";
import { eventSearchIssues, logSearchIssues, variablesIn } from "./searches.ts";

/** Holds a search of a dashboard against the rules, and against the template variables that there are. */
export function checkSearch(
  place: Place,
  search: string,
  ofLogs: boolean,
  variables: Variables,
  { searched }: DashboardKnowledge,
): void {
  for (const issue of ofLogs ? logSearchIssues(search, searched) : eventSearchIssues(search)) place.add([], issue);
  for (const name of variablesIn(search)) {
    if (!variables.has(name)) place.add([], `there is no template variable ${quoted(`$${name}`)}`);
  }
}
