/**
 * What is known of TorchServe: where it listens, and what it answers. What it is configured with is entered by
 * `settings.ts`, its tokens by `tokens/mod.ts`: most runs need neither.
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
export { hasManyJsonValues, MAX_JSON_VALUES, readJson, readLenient } from "./json.ts";
export { TORCHSERVE_METRICS } from "./metrics.ts";
export { assertOk, describeResponse, fetchOk, isKeyRefusal, noKeyFits, toReportError } from "./responses.ts";
export { TargetError, type TargetReason } from "./target_error.ts";
export { endpointOf, resource } from "./url.ts";
