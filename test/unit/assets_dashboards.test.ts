import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { datadogDashboard } from "../../plugin/assets/datadog/dashboard.ts";
import type { Dashboard, Placed } from "../../plugin/assets/description/dashboard.ts";
import { querySetsOf } from "../../plugin/assets/description/widget_queries.ts";
import { loadDashboards } from "../../plugin/assets/mod.ts";
import {
  checkFormula,
  checkMetricQuery,
  namesOf,
  parseFormula,
  parseMetricQuery,
} from "../../plugin/assets/query/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

const dashboards = await loadDashboards();
const metrics = await loadCatalogue();
const placed = (dashboard: Dashboard): Placed[] => dashboard.groups.flatMap(({ widgets }) => widgets);
const setsOf = (dashboard: Dashboard) => placed(dashboard).flatMap(({ widget }) => querySetsOf(widget));
const variablesOf = ({ variables }: Dashboard) => new Map(variables.map((name) => [name as string, name as string]));

describe("the dashboards", () => {
  it("draw every metric of metadata.csv", () => {
    const drawn = dashboards.flatMap(setsOf).flatMap(({ queries }) =>
      Object.values(queries).map((query) => parseMetricQuery(query).metric)
    );
    assert.deepEqual([...metrics.keys()].filter((name) => !drawn.includes(name)), []);
  });

  it("have true queries, all of which are used", () => {
    for (const dashboard of dashboards) {
      const known = { metrics, variables: variablesOf(dashboard) };
      for (const { queries, formulas } of setsOf(dashboard)) {
        const read = new Map(Object.entries(queries).map(([name, text]) => [name, parseMetricQuery(text)]));
        for (const [name, query] of read) assert.deepEqual(checkMetricQuery(query, known), [], queries[name]);
        const used = formulas.map((formula) => parseFormula(formula));
        for (const formula of used) assert.deepEqual(checkFormula(formula, read), [], formulas.join(" and "));
        const names = new Set(used.flatMap((formula) => namesOf(formula).map(({ name }) => name)));
        assert.deepEqual([...names].sort(), Object.keys(queries).sort());
      }
    }
  });

  it("use each of their variables", () => {
    for (const dashboard of dashboards) {
      const text = JSON.stringify(dashboard.groups);
      for (const name of dashboard.variables) assert.ok(text.includes(`$${name}`), `${dashboard.key} ${name}`);
    }
  });

  it("say of each widget what it means, in titles without units, none of them twice in a group", () => {
    for (const { groups } of dashboards) {
      for (const { widgets } of groups) {
        const titles = widgets.flatMap(({ widget }) => widget.kind === "note" ? [] : [widget.title]);
        assert.deepEqual(titles.filter((title) => /\(.*\)|[%µ]|\b(ms|bytes?|seconds)\b|\bp9\d/.test(title)), []);
        assert.equal(new Set(titles).size, titles.length);
        for (const { widget } of widgets) {
          if (widget.kind !== "note") assert.match(widget.meaning, /^[A-Z0-9].*[.]$/s, widget.title);
        }
      }
    }
  });

  it("lay widgets out side by side on twelve columns, without holes at the top", () => {
    for (const { groups } of dashboards) {
      for (const { title, widgets } of groups) {
        const taken = new Set<string>();
        for (const { at: [x, y, width, height] } of widgets) {
          assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 12, title);
          for (let column = x; column < x + width; column++) {
            for (let row = y; row < y + height; row++) {
              const cell = `${column},${row}`;
              assert.ok(!taken.has(cell), `${title}: two widgets at ${cell}`);
              taken.add(cell);
            }
          }
        }
        const rows = Math.max(...widgets.map(({ at: [, y, , height] }) => y + height));
        assert.equal(taken.size, 12 * rows, `${title} has holes`);
      }
    }
  });

  it("become groups one below the other in Datadog, each as high as its widgets and its title", () => {
    for (const dashboard of dashboards) {
      const { widgets } = datadogDashboard(dashboard) as {
        widgets: { layout: { x: number; y: number; width: number; height: number } }[];
      };
      let y = 0;
      for (const { layout } of widgets) {
        assert.deepEqual([layout.x, layout.y, layout.width], [0, y, 12]);
        y += layout.height;
      }
    }
  });
});
