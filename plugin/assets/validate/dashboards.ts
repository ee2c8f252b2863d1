import { checkSchema, quoted } from "./by_schema.ts";
import { type DashboardJson, dashboardSchema } from "./dashboard_schema.ts";
import type { Findings } from "./findings.ts";
import type { JsonFile } from "./json_file.ts";
import type { DashboardKnowledge } from "./knowledge.ts";
import { checkLayout } from "./layout.ts";
import { Place } from "./place.ts";
import { checkWidget } from "./widgets.ts";

/** Holds a dashboard against all rules. */
export function checkDashboard(file: JsonFile, knowledge: DashboardKnowledge, findings: Findings): void {
  const dashboard = checkSchema(file, dashboardSchema, findings);
  if (dashboard === undefined) return;
  const place = new Place(file, [], findings);
  if (!dashboard.title.startsWith("TorchServe")) {
    place.add(["title"], `the title ${quoted(dashboard.title)} does not begin with TorchServe`);
  }
  const variables = checkVariables(place, dashboard, knowledge);
  checkLayout(file, dashboard, findings);
  const groups = new Set<string>();
  dashboard.widgets.forEach(({ definition: group }, i) => {
    const inner = place.at("widgets", i, "definition");
    if (groups.has(group.title)) inner.add(["title"], `${quoted(group.title)} is the title of two groups`);
    groups.add(group.title);
    const titles = new Set<string>();
    group.widgets.forEach(({ definition: widget }, k) => {
      const at = inner.at("widgets", k, "definition");
      checkWidget(at, widget, variables, knowledge);
      if (widget.type === "note") return;
      if (titles.has(widget.title)) {
        at.add(["title"], `${quoted(widget.title)} is the title of two widgets of this group`);
      }
      titles.add(widget.title);
    });
  });
}

/** The template variables by name, each with its tag. */
function checkVariables(
  place: Place,
  dashboard: DashboardJson,
  { metrics, checks }: DashboardKnowledge,
): Map<string, string> {
  const variables = new Map<string, string>();
  const text = JSON.stringify(dashboard.widgets);
  const tags = new Set(["host", "service"]);
  for (const { tags: ofMetric } of metrics.values()) for (const tag of ofMetric) tags.add(tag.toLowerCase());
  for (const { groups } of checks.values()) for (const tag of groups) tags.add(tag);
  dashboard.template_variables.forEach(({ name, prefix }, i) => {
    const at = place.at("template_variables", i);
    if (variables.has(name)) at.add(["name"], `the template variable ${quoted(name)} stands twice`);
    // What is said of it here is not said again of each widget.
    variables.set(name, tags.has(name) ? name : prefix);
    if (tags.has(name) && name !== prefix) {
      at.add(["prefix"], `the template variable ${quoted(name)} filters by another tag, ${quoted(prefix)}`);
    } else if (!tags.has(prefix)) at.add(["prefix"], `nothing has the tag ${quoted(prefix)}`);
    if (!new RegExp(`\\$${name.replace(/\W/g, "")}\\b`).test(text)) {
      at.add(["name"], `no widget uses the template variable ${quoted(name)}`);
    }
  });
  return variables;
}
