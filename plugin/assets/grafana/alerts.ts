import type { MonitorStates } from "../description/dashboard.ts";
import { instantTarget, type Json, panelOf, TABLE_CELLS, TABLE_OPTIONS } from "./panel.ts";

/** The alerts of our rules that are pending or firing, as Prometheus keeps them. */
export function alertsPanel(widget: MonitorStates): Json {
  const scope = `alertname=~"TorchServe.*", job=~"$job", instance=~"$instance"`;
  const expr =
    `sort_desc(max by (alertname, alertstate, severity, instance, model_name, model_version) (ALERTS{${scope}}))`;
  const state = { pending: { text: "pending", color: "yellow" }, firing: { text: "firing", color: "red" } };
  const empty = "no alert, or Prometheus has no rules for TorchServe";
  return panelOf({ ...widget, meaning: `${widget.meaning} Empty: ${empty}.` }, "table", {
    targets: [instantTarget("A", expr, "", "table")],
    transformations: [{
      id: "organize",
      options: {
        excludeByName: { Time: true, Value: true },
        indexByName: { alertname: 0, alertstate: 1, severity: 2, instance: 3, model_name: 4, model_version: 5 },
        renameByName: { alertname: "alert", alertstate: "state", model_name: "model", model_version: "version" },
      },
    }],
    fieldConfig: {
      defaults: {
        custom: TABLE_CELLS,
        mappings: [],
        noValue: empty,
      },
      overrides: [{
        matcher: { id: "byName", options: "state" },
        properties: [
          { id: "mappings", value: [{ type: "value", options: state }] },
          { id: "custom.cellOptions", value: { type: "color-background", mode: "basic" } },
        ],
      }],
    },
    options: TABLE_OPTIONS,
  });
}
