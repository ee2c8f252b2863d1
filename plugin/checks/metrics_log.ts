import type { Check } from "./check.ts";

/** Placeholder of the lead: being written by the metricslog helper, who replaces this file. */
export const checkMetricsLog: Check = () => Promise.resolve({ error: { code: "config", message: "metrics_log" } });
