/**
 * What is known of TorchServe: where it listens, what it answers, what it is configured with. Its tokens are entered by
 * `tokens/mod.ts`, which only instances with a key file need.
 *
 * @module
 */
export {
  API_NAMES,
  type ApiFacts,
  APIS,
  GRPC_PORTS,
  GRPC_SETTINGS,
  portOf,
  USUAL_PORTS,
  usualAddress,
} from "./addresses.ts";
export { type ApiDescription, describeApi, sharesAddress, type TorchServeApi } from "./api_description.ts";
export { assertMetrics, foreignBody, origin, wantsTls } from "./foreign_responses.ts";
export { countJsonValues, MAX_JSON_VALUES, readJson, readLenient } from "./json.ts";
export { DEFAULT_DECLARATIONS, type MetricDeclaration } from "./metric_declarations.ts";
export { type MetricLogName, metricLogPaths, type MetricLogPlaces } from "./metric_logs.ts";
export { findMetricsConfig, MetricsConfigError, readMetricsConfig } from "./metrics_config.ts";
export { TORCHSERVE_METRICS } from "./metrics.ts";
export { parseProperties } from "./properties.ts";
export { type ServerAddress, ServerSettings, SETTING_VARIABLES } from "./server_settings.ts";
export { assertOk, describeResponse, fetchOk, isKeyRefusal, noKeyFits, toReportError } from "./responses.ts";
export { TargetError, type TargetReason } from "./target_error.ts";
export { endpointOf, resource } from "./url.ts";
