import { EVERYWHERE } from "../query/mod.ts";
import { quoted } from "./by_schema.ts";
import { hintFor } from "./hint.ts";
import { checkColours } from "./colours.ts";
import type { WidgetJson } from "./dashboard_schema.ts";
import type { DashboardKnowledge, Variables } from "./knowledge.ts";
import { checkMarkers } from "./markers.ts";
import type { Place } from "./place.ts";
import { checkRequest } from "./requests.ts";
import { checkSearch } from "./search_place.ts";
import { facetIssue } from "./searches.ts";
import { unitInTitle } from "./titles.ts";

type Definition = WidgetJson["definition"];

/** Holds a widget against all rules but those of its place. */
export function checkWidget(
  place: Place,
  widget: Definition,
  variables: Variables,
  knowledge: DashboardKnowledge,
): void {
  if (widget.type === "note") return;
  checkTitle(place.at("title"), widget.title);
  switch (widget.type) {
    case "check_status":
      return checkTiles(place, widget, variables, knowledge);
    case "manage_status":
      return;
    case "list_stream":
      return widget.requests.forEach(({ query, columns }, i) => {
        const inner = place.at("requests", i);
        checkSearch(
          inner.at("query", "query_string"),
          query.query_string,
          query.data_source === "logs_stream",
          variables,
          knowledge,
        );
        columns.forEach(({ field }, k) => {
          const odd = field.startsWith("@") ? facetIssue(field, knowledge.searched) : undefined;
          if (odd !== undefined) inner.add(["columns", k, "field"], odd);
        });
      });
  }
  if (widget.type === "timeseries") {
    if (widget.yaxis !== undefined && Number(widget.yaxis.min) >= Number(widget.yaxis.max)) {
      place.add(["yaxis", "min"], `the axis goes from ${quoted(widget.yaxis.min)} to ${quoted(widget.yaxis.max)}`);
    }
    checkMarkers(place, widget, knowledge);
  }
  if (widget.type === "query_table") {
    widget.requests.forEach(({ formulas }, i) =>
      formulas.forEach((formula, k) =>
        checkColours(place.at("requests", i, "formulas", k, "conditional_formats"), formula.conditional_formats)
      )
    );
  }
  widget.requests.forEach((request, i) => {
    const inner = place.at("requests", i);
    request.formulas.forEach(({ alias }, k) => checkTitle(inner.at("formulas", k, "alias"), alias ?? ""));
    checkRequest(inner, widget.type, request, variables, knowledge);
    if ("conditional_formats" in request) checkColours(inner.at("conditional_formats"), request.conditional_formats);
  });
}

function checkTitle(place: Place, title: string): void {
  const unit = unitInTitle(title);
  if (unit !== undefined) place.add([], `no units in titles: ${quoted(unit)} in ${quoted(title)}`);
}

function checkTiles(
  place: Place,
  { check, group_by: groupBy, tags }: Extract<Definition, { type: "check_status" }>,
  variables: Variables,
  { checks }: DashboardKnowledge,
): void {
  const known = checks.get(check);
  if (known === undefined) {
    return place.add(
      ["check"],
      `service_checks.json has no check ${quoted(check)}${hintFor(check, [...checks.keys()])}`,
    );
  }
  const checkTag = (path: readonly (string | number)[], tag: string, shown: string) => {
    if (known.groups.includes(tag) || EVERYWHERE.includes(tag)) return;
    place.add(path, `${quoted(shown)}: ${check} has no tag ${quoted(tag)}, only ${known.groups.join(", ")}`);
  };
  groupBy.forEach((tag, i) => checkTag(["group_by", i], tag, tag));
  tags.forEach((term, i) => {
    const name = /^\$(\w+)$/.exec(term)?.[1];
    const tag = name === undefined ? term.split(":", 1)[0] ?? "" : variables.get(name);
    if (tag === undefined) return place.add(["tags", i], `there is no template variable ${quoted(term)}`);
    checkTag(["tags", i], tag, term);
  });
  for (const [name, tag] of variables) {
    if (tags.includes(`$${name}`) || !(known.groups.includes(tag) || EVERYWHERE.includes(tag))) continue;
    place.add(["tags"], `${quoted(`$${name}`)} is missing in the tags: the tile would show all, whatever is chosen`);
  }
}
