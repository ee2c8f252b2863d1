import * as v from "valibot";
import { checkSchema, quoted } from "../by_schema.ts";
import { hintFor } from "../hint.ts";
import type { AssetTexts, Findings } from "../findings.ts";
import { Place } from "../place.ts";
import { YamlFile } from "../yaml_file.ts";
import { expressionIssues, seriesIn } from "./expression.ts";
import { RULES } from "./rules.ts";
import type { Series } from "./series.ts";

/** Where the tests of the rules lie: `promtool test rules` runs them. */
export const RULE_TESTS = "assets/prometheus/torchserve.rules.test.yaml";

const duration = v.pipe(v.string(), v.regex(/^(?:\d+(?:ms|[smhdw]))+$/, "a length of time, as 5m"));
const strings = v.record(v.string(), v.string());

const schema = v.strictObject({
  rule_files: v.array(v.string()),
  evaluation_interval: duration,
  tests: v.array(v.strictObject({
    name: v.string(),
    interval: duration,
    input_series: v.array(v.strictObject({ series: v.string(), values: v.string() })),
    alert_rule_test: v.optional(v.array(v.strictObject({
      alertname: v.string(),
      eval_time: duration,
      exp_alerts: v.array(v.strictObject({ exp_labels: strings, exp_annotations: v.optional(strings) })),
    }))),
    promql_expr_test: v.optional(v.array(v.strictObject({
      expr: v.string(),
      eval_time: duration,
      exp_samples: v.array(v.strictObject({ labels: v.string(), value: v.number() })),
    }))),
  })),
});

/** The tests name series that there are and alerts that there are. */
export function checkRuleTests(
  texts: AssetTexts,
  alerts: ReadonlySet<string>,
  series: ReadonlyMap<string, Series>,
  findings: Findings,
): void {
  const source = texts.get(RULE_TESTS);
  if (source === undefined) return findings.add(RULE_TESTS, 1, "the file is missing");
  const file = YamlFile.read(RULE_TESTS, source, findings);
  const read = file === undefined ? undefined : checkSchema(file, schema, findings);
  if (file === undefined || read === undefined) return;
  const place = new Place(file, [], findings);
  const wanted = RULES.split("/").at(-1) ?? "";
  if (!read.rule_files.includes(wanted)) place.add(["rule_files"], `${quoted(wanted)} is not among the rule_files`);
  const checkAlert = (path: readonly (string | number)[], name: string) => {
    // Where no rule can be read, this would be said of every test.
    if (alerts.size === 0 || alerts.has(name)) return;
    place.add(path, `there is no alert ${quoted(name)}${hintFor(name, [...alerts])}`);
  };
  read.tests.forEach((test, i) => {
    test.input_series.forEach((one, k) => {
      // Its labels may be ones of somebody's own, and values of counters are what they are.
      const name = seriesIn(one.series)[0] ?? "";
      if (!series.has(name)) {
        place.add(
          ["tests", i, "input_series", k, "series"],
          `there is no series ${quoted(name)}${hintFor(name, [...series.keys()])}`,
        );
      }
    });
    test.alert_rule_test?.forEach(({ alertname }, k) =>
      checkAlert(["tests", i, "alert_rule_test", k, "alertname"], alertname)
    );
    test.promql_expr_test?.forEach(({ expr, exp_samples: samples }, k) => {
      const at = ["tests", i, "promql_expr_test", k];
      for (const issue of expressionIssues(expr, { series })) place.add([...at, "expr"], issue);
      for (const [, name = ""] of expr.matchAll(/alertname="([^"]*)"/g)) checkAlert([...at, "expr"], name);
      samples.forEach(({ labels }, j) => {
        for (const [, name = ""] of labels.matchAll(/alertname="([^"]*)"/g)) {
          checkAlert([...at, "exp_samples", j, "labels"], name);
        }
      });
    });
  });
}
