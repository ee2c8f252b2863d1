import { DATASOURCE, type Json } from "./panel.ts";

const SERVER = 'job=~"$job", instance=~"$instance"';

/** What Prometheus shows of the events that it does not get. */
const CHANGES = [
  {
    name: "Models added or removed",
    expr: `changes(torchserve_management_api_models{${SERVER}}[2m]) > 0`,
    text: "number of models on {{instance}}",
    color: "blue",
  },
  {
    name: "Default version changed",
    expr: `changes(torchserve_management_api_model_version_is_default{${SERVER}, model_name=~"$model_name"}[2m]) > 0`,
    text: "version {{model_version}} of {{model_name}} on {{instance}}",
    color: "purple",
  },
];

/** Marks on charts. @param ids of the panels that have them */
export function annotations(ids: readonly number[]): Json[] {
  return [
    {
      builtIn: 1,
      datasource: { type: "grafana", uid: "-- Grafana --" },
      enable: true,
      hide: true,
      iconColor: "rgba(0, 211, 255, 1)",
      name: "Annotations & Alerts",
      type: "dashboard",
    },
    ...CHANGES.map(({ name, expr, text, color }) => ({
      name,
      datasource: DATASOURCE,
      enable: true,
      hide: false,
      iconColor: color,
      expr,
      step: "60s",
      titleFormat: name,
      textFormat: text,
      filter: { exclude: false, ids },
    })),
  ];
}
