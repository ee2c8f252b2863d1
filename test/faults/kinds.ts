/** The kinds of instance that ask a server. */
export const KINDS = ["openmetrics", "inference", "management"] as const;
export type Kind = (typeof KINDS)[number];

/** The instance of a kind whose server's addresses all start with `base`. */
export function instanceOf(kind: Kind, base: string): Record<string, unknown> {
  switch (kind) {
    case "openmetrics":
      return { openmetrics_endpoint: `${base}/metrics` };
    case "inference":
      return { inference_api_url: base };
    case "management":
      return { management_api_url: base };
  }
}

const PAGE = JSON.stringify({ models: [{ modelName: "alpha", modelUrl: "alpha.mar" }] });
const VERSIONS = JSON.stringify([{ modelName: "alpha", modelVersion: "1.0", modelUrl: "alpha.mar", minWorkers: 1 }]);
const METRICS = '# TYPE CPUUtilization gauge\nCPUUtilization{Level="Host",Hostname="h"} 1.5\n';

/** What a good server answers to a path of any kind. */
export function goodBody(target: string): string {
  if (target.includes("/models/")) return VERSIONS;
  if (target.includes("/models")) return PAGE;
  return target.includes("/metrics") ? METRICS : '{"status": "Healthy"}';
}
