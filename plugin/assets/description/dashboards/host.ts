import type { Group } from "../dashboard.ts";
import { SERVER } from "./scopes.ts";

const O = "torchserve.openmetrics";
const BY_HOST = " by {host}";

/** Whether the machine is the limit. */
export const host: Group = {
  title: "Host",
  color: "gray",
  widgets: [
    {
      at: [0, 0, 8, 3],
      widget: {
        kind: "time_series",
        title: "How busy and full the machine is",
        meaning:
          "Processor, memory and disk as TorchServe sees them. A busy processor is normal on a server without GPU.",
        queries: {
          cpu: `avg:${O}.cpu.utilization${SERVER}${BY_HOST}`,
          memory: `avg:${O}.memory.utilization${SERVER}${BY_HOST}`,
          disk: `max:${O}.disk.utilization${SERVER}${BY_HOST}`,
        },
        series: [
          { label: "processor", formula: "cpu" },
          { label: "memory", formula: "memory", palette: "cool" },
          { label: "disk", formula: "disk", palette: "warm" },
        ],
        display: "line",
        unit: "percent",
        isShare: true,
      },
    },
    {
      at: [8, 0, 2, 3],
      widget: {
        kind: "value",
        title: "Memory that is left",
        meaning: "Of the machine that has the least.",
        queries: { available: `min:${O}.memory.available${SERVER}` },
        formula: "available",
        aggregator: "min",
      },
    },
    {
      at: [10, 0, 2, 3],
      widget: {
        kind: "value",
        title: "Disk that is left",
        meaning: "Of the machine that has the least.",
        queries: { available: `min:${O}.disk.available${SERVER}` },
        formula: "available",
        aggregator: "min",
      },
    },
    {
      at: [0, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Memory in use",
        meaning: "Of each machine, in all.",
        queries: { used: `avg:${O}.memory.used${SERVER}${BY_HOST}` },
        series: [{ formula: "used", palette: "cool" }],
        display: "area",
      },
    },
    {
      at: [6, 3, 6, 3],
      widget: {
        kind: "time_series",
        title: "Disk in use",
        meaning: "Of each machine, in all: models and logs grow.",
        queries: { used: `max:${O}.disk.used${SERVER}${BY_HOST}` },
        series: [{ formula: "used", palette: "warm" }],
        display: "area",
      },
    },
  ],
};
