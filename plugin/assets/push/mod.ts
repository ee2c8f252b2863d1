/**
 * Brings the assets to a dashboarding backend, and takes them back.
 *
 * @module
 */
export { Api, ApiError } from "./api.ts";
export { grafanaBodies, type GrafanaRequest, pushToGrafana } from "./grafana_push.ts";
export { type Part, PARTS, push, type PushRequest } from "./push.ts";
export { PushState } from "./state.ts";
export type { Mode, Outcome } from "./thing.ts";
