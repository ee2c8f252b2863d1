import type { VariableName } from "../description/dashboard.ts";
import { labelOf } from "../promql/mod.ts";
import { DATASOURCE, type Json } from "./panel.ts";

/** Series that every TorchServe has, with all labels that variables have. */
const HEALTH = '{__name__=~"torchserve_(openmetrics|inference_api|management_api)_health"}';
const MODELS = '{__name__=~"torchserve_(openmetrics_inference_total|management_api_model_workers_current)"';
const SERVER = 'job=~"$job", instance=~"$instance"';

/** Where the values of variables come from. */
const VALUES = {
  service: { label: "Job", series: HEALTH },
  host: { label: "Instance", series: HEALTH.replace("}", ', job=~"$job"}') },
  model_name: { label: "Model", series: `${MODELS}, ${SERVER}}` },
  model_version: {
    label: "Version",
    series: `torchserve_management_api_model_workers_current{${SERVER}, model_name=~"$model_name"}`,
  },
} as const satisfies Record<VariableName, { label: string; series: string }>;

/** Each is filled by those before it. */
const ORDER: readonly VariableName[] = ["service", "host", "model_name", "model_version"];

/** The choices above a dashboard: a Prometheus, then the labels. */
export function templateVariables(names: readonly VariableName[]): Json[] {
  return [
    {
      type: "datasource",
      name: "datasource",
      label: "Prometheus",
      query: "prometheus",
      current: { selected: false, text: "default", value: "default" },
      hide: 0,
      includeAll: false,
      multi: false,
      options: [],
      refresh: 1,
      regex: "",
    },
    ...ORDER.filter((name) => names.includes(name)).map((name) => {
      const { label, series } = VALUES[name];
      const query = `label_values(${series}, ${labelOf(name)})`;
      return {
        type: "query",
        name: labelOf(name),
        label,
        datasource: DATASOURCE,
        definition: query,
        query: { query, refId: "StandardVariableQuery" },
        current: { selected: true, text: ["All"], value: ["$__all"] },
        includeAll: true,
        allValue: ".*",
        multi: true,
        hide: 0,
        options: [],
        refresh: 2,
        regex: "",
        sort: 1,
      };
    }),
  ];
}
