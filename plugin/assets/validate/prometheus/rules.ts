import * as v from "valibot";
import { anchorOf } from "../../prometheus/annotations.ts";
import { alertName } from "../../prometheus/rules.ts";
import { checkSchema, quoted } from "../by_schema.ts";
import { hintFor } from "../hint.ts";
import type { AssetTexts, Findings } from "../findings.ts";
import type { MonitorFacts } from "../monitor_facts.ts";
import { Place } from "../place.ts";
import { YamlFile } from "../yaml_file.ts";
import { expressionIssues, seriesIn } from "./expression.ts";
import { SCRAPED, type Series } from "./series.ts";

/** Where the rules for Prometheus lie. */
export const RULES = "assets/prometheus/torchserve.rules.yaml";

const text = v.pipe(v.string(), v.nonEmpty("a text that is not empty"));
const duration = v.pipe(v.string(), v.regex(/^(?:\d+(?:ms|[smhdw]))+$/, "a length of time, as 5m"));

const schema = v.strictObject({
  groups: v.array(v.strictObject({
    name: text,
    interval: v.optional(duration),
    rules: v.array(v.strictObject({
      alert: text,
      expr: text,
      for: duration,
      labels: v.strictObject({ severity: v.picklist(["critical", "warning", "info"]) }),
      annotations: v.strictObject({ summary: text, description: text, runbook_url: text }),
    })),
  })),
});

type Rule = v.InferOutput<typeof schema>["groups"][number]["rules"][number];

/** What rules are held against. */
export interface RuleKnowledge {
  readonly series: ReadonlyMap<string, Series>;
  /** By the paths of their files. */
  readonly monitors: ReadonlyMap<string, MonitorFacts>;
}

/** Each monitor has its alert, and each alert its monitor, with the same limit; returns the names of the alerts. */
export function checkRules(texts: AssetTexts, knowledge: RuleKnowledge, findings: Findings): ReadonlySet<string> {
  const alerts = new Set<string>();
  const source = texts.get(RULES);
  if (source === undefined) {
    findings.add(RULES, 1, "the file is missing");
    return alerts;
  }
  const file = YamlFile.read(RULES, source, findings);
  const rules = file === undefined ? undefined : checkSchema(file, schema, findings);
  if (file === undefined || rules === undefined) return alerts;
  const monitors = new Map([...knowledge.monitors].map(([path, facts]) => [alertName(keyOf(path)), facts]));
  rules.groups.forEach((group, i) =>
    group.rules.forEach((rule, k) => {
      const place = new Place(file, ["groups", i, "rules", k], findings);
      if (alerts.has(rule.alert)) place.add(["alert"], `the alert ${quoted(rule.alert)} stands twice`);
      alerts.add(rule.alert);
      checkRule(place, rule, monitors, knowledge.series);
    })
  );
  for (const [name, { title }] of monitors) {
    if (!alerts.has(name)) findings.add(RULES, 1, `the monitor ${quoted(title)} has no alert ${quoted(name)}`);
  }
  return alerts;
}

const keyOf = (path: string): string => /([^/]+)\.json$/.exec(path)?.[1] ?? path;

function checkRule(
  place: Place,
  { alert, expr, annotations }: Rule,
  monitors: ReadonlyMap<string, MonitorFacts>,
  series: ReadonlyMap<string, Series>,
): void {
  for (const issue of expressionIssues(expr, { series })) place.add(["expr"], issue);
  const monitor = monitors.get(alert);
  if (monitor === undefined) {
    // Where no monitor can be read, this would be said of every alert.
    if (monitors.size > 0) {
      place.add(["alert"], `no monitor has the alert ${quoted(alert)}${hintFor(alert, [...monitors.keys()])}`);
    }
  } else checkAgainst(place, expr, annotations, monitor);
  checkTemplates(place, expr, annotations, series);
}

function checkAgainst(place: Place, expr: string, annotations: Rule["annotations"], monitor: MonitorFacts): void {
  const limit = /[<>]=? (-?\d+(?:\.\d+)?)$/.exec(expr.trim())?.[1];
  if (limit !== undefined && monitor.isOfValues && Number(limit) !== monitor.critical) {
    place.add(["expr"], `the limit ${limit} is not that of the monitor ${quoted(monitor.title)}, ${monitor.critical}`);
  }
  const said = /\blimit is (-?\d+(?:\.\d+)?)/.exec(annotations.description)?.[1];
  if (said !== undefined && monitor.critical !== undefined && Number(said) !== monitor.critical) {
    place.add(
      ["annotations", "description"],
      `${quoted(`limit is ${said}`)}: the limit of the monitor is ${monitor.critical}`,
    );
  }
  const anchor = annotations.runbook_url.split("#")[1];
  if (anchor !== anchorOf(monitor.title)) {
    place.add(
      ["annotations", "runbook_url"],
      `${quoted(annotations.runbook_url)} does not lead to #${anchorOf(monitor.title)}`,
    );
  }
}

/** The labels that an annotation shows are those of the series. */
function checkTemplates(
  place: Place,
  expr: string,
  annotations: Rule["annotations"],
  series: ReadonlyMap<string, Series>,
): void {
  const labels = [...SCRAPED, ...seriesIn(expr).flatMap((name) => series.get(name)?.labels ?? [])];
  for (const [key, template] of Object.entries(annotations)) {
    for (const [whole, name = ""] of template.matchAll(/\$labels\.(\w+)/g)) {
      if (!labels.includes(name)) {
        place.add(
          ["annotations", key],
          `${quoted(whole)}: the alert has no such label, only ${[...new Set(labels)].join(", ")}`,
        );
      }
    }
    const open = template.match(/\{\{/g)?.length ?? 0;
    if (open !== (template.match(/\}\}/g)?.length ?? 0)) {
      place.add(["annotations", key], `${quoted(template)}: a {{ without }}, or the other way round`);
    }
  }
}
