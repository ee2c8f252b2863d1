import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BINARY, PluginProcess } from "../support/plugin_process.ts";
import type { RealTorchServe } from "./torchserve.ts";

/** Starts the exporter, as the binary, on a port of this machine. @param folder for its configuration */
export async function startExporter(folder: string, port: number, config: unknown): Promise<PluginProcess> {
  const path = join(folder, "exporter.yaml");
  await writeFile(path, JSON.stringify(config));
  return new PluginProcess(BINARY, {
    args: ["exporter", "--config", path, "--web.listen-address", `127.0.0.1:${port}`],
  });
}

/** Starts an exporter that may probe one server of this machine, and asks its model alpha with each probe. */
export function startExporterOf(server: RealTorchServe, folder: string, port: number): Promise<PluginProcess> {
  const portOf = (address: string) => Number(new URL(address).port);
  const ports = {
    inference: portOf(server.inferenceUrl),
    management: portOf(server.managementUrl),
    metrics: portOf(server.metricsUrl),
  };
  const module = { ports, extended_metrics: true, inference_probe: { model: "alpha", body: "asked by the probe" } };
  return startExporter(folder, port, { targets: { allow: ["127.0.0.1"] }, modules: { default: module } });
}

/** The job of docs/hosts/prometheus.md. @param labels of the targets' owner */
export function probeJob(
  targets: readonly string[],
  exporterPort: number,
  labels: Readonly<Record<string, string>> = {},
): string {
  return `
  - job_name: torchserve
    metrics_path: /probe
    static_configs:
      - targets: ${JSON.stringify(targets)}
        labels: ${JSON.stringify(labels)}
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: 127.0.0.1:${exporterPort}
`;
}
