/**
 * What TorchServe is configured with: its properties, its metric logs, its list of metrics. Only instances that read its
 * logs and the discovery need it.
 *
 * @module
 */
export { DEFAULT_DECLARATIONS, type MetricDeclaration } from "./metric_declarations.ts";
export { type MetricLogName, metricLogPaths, type MetricLogPlaces } from "./metric_logs.ts";
export { findMetricsConfig, MetricsConfigError, readMetricsConfig } from "./metrics_config.ts";
export { parseProperties } from "./properties.ts";
export { type ServerAddress, ServerSettings, SETTING_VARIABLES } from "./server_settings.ts";
