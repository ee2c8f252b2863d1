import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { monitorGroups } from "../../plugin/assets/description/monitor_groups.ts";
import { loadMonitors } from "../../plugin/assets/mod.ts";
import {
  checkCheckCondition,
  checkExpression,
  parseCheckCondition,
  parseMetricCondition,
} from "../../plugin/assets/query/mod.ts";
import { datadogMonitor, messageText } from "../../plugin/assets/datadog/monitor.ts";
import { loadCatalogue } from "../../plugin/catalogue/mod.ts";

const monitors = await loadMonitors();
const metrics = await loadCatalogue();
const root = new URL("../../", import.meta.url);
const serviceChecks: { check: string; groups: string[] }[] = JSON.parse(
  readFileSync(new URL("assets/service_checks.json", root), "utf8"),
);
const checks = new Map(serviceChecks.map(({ check, groups }) => [check, groups]));

describe("the monitors", () => {
  it("have true queries", () => {
    for (const monitor of monitors) {
      if (monitor.kind === "check") {
        assert.deepEqual(checkCheckCondition(parseCheckCondition(monitor.query), checks), []);
      }
      if (monitor.kind !== "metric") continue;
      const { expression } = parseMetricCondition(monitor.query);
      assert.deepEqual(checkExpression(expression, { metrics, variables: new Map() }), [], monitor.key);
    }
  });

  it("have the threshold of their query, a warning before it, and recoveries behind", () => {
    for (const monitor of monitors) {
      if (monitor.kind !== "metric") continue;
      const { critical, warning, critical_recovery, warning_recovery } = monitor.thresholds;
      assert.equal(parseMetricCondition(monitor.query).threshold, critical, monitor.key);
      if (warning !== undefined) assert.ok(warning < critical, monitor.key);
      if (critical_recovery !== undefined) assert.ok(critical_recovery < critical, monitor.key);
      if (warning_recovery !== undefined) assert.ok(warning_recovery < (warning ?? critical), monitor.key);
    }
  });

  it("look at as many statuses as they count", () => {
    for (const monitor of monitors) {
      if (monitor.kind !== "check") continue;
      const { last } = parseCheckCondition(monitor.query);
      assert.ok(Math.max(...Object.values(monitor.thresholds)) <= last && last <= 100, monitor.key);
    }
  });

  it("tell what it means, why, what to do and where to look, of values that the alert has", () => {
    for (const monitor of monitors) {
      const { what, why, todo, where } = monitor.message;
      for (const part of [why, todo, where]) assert.ok(part.length > 0, monitor.key);
      assert.ok(what.endsWith("."), monitor.key);
      const groups = monitorGroups(monitor);
      for (const [, name = ""] of messageText(monitor.message).matchAll(/\{\{([^}]+)\}\}/g)) {
        assert.ok(
          name === "value" && monitor.kind === "metric" || groups.includes(name.replace(/\.name$/, "")),
          `${monitor.key}: ${name}`,
        );
      }
      assert.ok(!messageText(monitor.message).includes("@"), monitor.key);
      assert.ok(monitor.description.length <= 300, `${monitor.key}: ${monitor.description.length}`);
      const critical = "critical" in monitor.thresholds ? monitor.thresholds.critical : undefined;
      if (monitor.kind === "metric" && /limit is/.test(what)) {
        assert.match(what, new RegExp(`limit is ${critical}( %| ms)?\\.`), monitor.key);
      }
    }
  });

  it("are named after their keys, and in the manifest after their titles", () => {
    const manifest = JSON.parse(readFileSync(new URL("manifest.json", root), "utf8"));
    assert.deepEqual(
      manifest.assets.monitors,
      Object.fromEntries(monitors.map(({ key, title }) => [title, `assets/monitors/${key}.json`])),
    );
    for (const monitor of monitors) {
      const { definition } = datadogMonitor(monitor) as { definition: { name: string; tags: string[] } };
      assert.match(definition.name, /^TorchServe: /);
      assert.ok(definition.tags.includes(`asset:${monitor.key}`));
    }
  });
});
