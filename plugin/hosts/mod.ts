/**
 * What is installed into a host agent, where, and how it is removed.
 *
 * @module
 */
export type { Source, Target } from "./bundles.ts";
export { agentOf, type DetectedHost, detectHosts } from "./detect.ts";
export { InstallError } from "./error.ts";
export { install, type InstallOptions } from "./install.ts";
export { HOST_NAMES, type HostName, PLACES, type Platform, platformOf } from "./places.ts";
export { Root } from "./root.ts";
export type { Action, Outcome, Step } from "./steps.ts";
export { uninstall } from "./uninstall.ts";
export { verification } from "./verification.ts";
