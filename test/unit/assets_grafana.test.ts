import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { grafanaDashboard } from "../../plugin/assets/grafana/mod.ts";
import { loadDashboards } from "../../plugin/assets/mod.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
  readonly fieldConfig?: { readonly defaults: { readonly noValue?: string } };
}

const metrics = await loadCatalogue();
const rendered = (await loadDashboards()).map((dashboard) => ({
  dashboard,
  json: grafanaDashboard(dashboard, { metrics }) as unknown as { readonly uid: string; readonly panels: Panel[] },
}));
const [overview] = rendered;
const panel = (title: string): Panel =>
  overview?.json.panels.find((one) => one.title === title) ?? assert.fail(`no panel ${title}`);
const firstQuery = (title: string) => panel(title).targets?.[0]?.expr;

describe("the dashboards for Grafana", () => {
  it("have fixed uids, and ids of panels that are theirs alone", () => {
    assert.deepEqual(rendered.map(({ json }) => json.uid), ["torchserve-overview", "torchserve-models"]);
    for (const { json: { panels } } of rendered) assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  });

  it("draw every widget but events and logs, of which a text says so", () => {
    for (const { dashboard, json: { panels } } of rendered) {
      const widgets = dashboard.groups.flatMap(({ widgets }) => widgets.map(({ widget }) => widget));
      for (const widget of widgets) {
        if (widget.kind === "note") continue;
        const isDrawn = panels.some(({ title }) => title === widget.title);
        assert.equal(isDrawn, widget.kind !== "events" && widget.kind !== "logs", widget.title);
      }
      assert.equal(panels.at(-1)?.type, "text");
    }
  });

  it("leave no hole and lay nothing over another, on 24 columns", () => {
    for (const { json: { panels } } of rendered) {
      const taken = new Set<string>();
      for (const { title, gridPos: { x, y, w, h } } of panels) {
        for (let column = x; column < x + w; column++) {
          for (let row = y; row < y + h; row++) {
            assert.ok(column < 24 && !taken.has(`${column},${row}`), `${title} at ${column},${row}`);
            taken.add(`${column},${row}`);
          }
        }
      }
      const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
      assert.equal(taken.size, 24 * bottom);
    }
  });

  it("say of each panel what it tells and why it may be empty", () => {
    for (const { json: { panels } } of rendered) {
      for (const { type, title, description, fieldConfig } of panels) {
        if (type === "row" || type === "text") continue;
        assert.match(description ?? "", /\.$/, title);
        assert.notEqual(fieldConfig?.defaults.noValue ?? "", "", title);
      }
    }
    assert.equal(panel("How busy the GPUs are").fieldConfig?.defaults.noValue, "there is no GPU");
  });

  it("ask for ratios of the whole time, for rates at each point, and for the newest states", () => {
    assert.match(
      firstQuery("Failed in the server") ?? "",
      /^\(100 \* .*requests_5xx_total\{.*\}\[\$__range\].*\) \/ clamp_min\(\(sum\(increase\(torchserve_openmetrics_inference_total/,
    );
    assert.match(
      firstQuery("Answers by class") ?? "",
      /rate\(torchserve_openmetrics_requests_2xx_total.*__rate_interval/,
    );
    assert.equal(
      firstQuery("Inference API"),
      'sort_desc(max by (instance, inference_api_url) (torchserve_inference_api_health{instance=~"$instance", job=~"$job"}))',
    );
    assert.equal(
      firstQuery("Memory that is left"),
      'min(min_over_time(torchserve_openmetrics_memory_available{instance=~"$instance", job=~"$job"}[$__range]))',
    );
    assert.match(firstQuery("Busiest models") ?? "", /^sort_desc\(topk\(10, sum by \(model_name\) \(increase\(/);
  });

  it("have every query of a panel under a name of its own, and no variable of Datadog's", () => {
    for (const { json: { panels } } of rendered) {
      for (const { title, targets = [] } of panels) {
        assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
        for (const { expr } of targets) assert.doesNotMatch(expr, /\$host|\$service|torchserve\./, title);
      }
    }
  });
});
