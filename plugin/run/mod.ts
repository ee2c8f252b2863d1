/**
 * One run of one instance, and what is kept between runs.
 *
 * What only a run needs is loaded by the first one: a session that describes itself does not wait for it.
 *
 * @module
 */
import type { Lookup } from "../http/mod.ts";
import type { Report } from "../report/mod.ts";
import { lazy } from "../runtime/lazy.ts";
import type { InvalidConfig } from "./config_report.ts";
import type { Instance } from "./instance.ts";
import type { RunRequest } from "./run.ts";
import type { InstanceRun } from "./run_instance.ts";
import type { Shared } from "./shared.ts";

export { Instance, type InstanceKey } from "./instance.ts";
export { Instances, MAX_INSTANCES } from "./instances.ts";
export { Prepared } from "./prepared.ts";
export type { RunRequest } from "./run.ts";
export type { InstanceRun } from "./run_instance.ts";
export type { Shared } from "./shared.ts";
export { StateDirectory } from "./state_directory.ts";

const running = lazy(() => import("./running.ts"));

/**
 * Runs a validated configuration once. Whatever happens to the target becomes a report.
 *
 * @throws {DOMException} `AbortError`, when the run was cancelled; its connections are closed then
 */
export async function runCheck(request: RunRequest): Promise<Report> {
  return await (await running()).runCheck(request);
}

/**
 * Runs an instance that is kept between runs: its configuration is validated once, its state is read before and kept
 * after the run.
 *
 * @throws {DOMException} `AbortError`, when the run was cancelled; its connections are closed then
 */
export async function runInstance(instance: Instance<unknown>, run: InstanceRun): Promise<Report> {
  return await (await running()).runInstance(instance, run);
}

/** The report of an instance that cannot run because of its configuration. */
export async function configReport(invalid: InvalidConfig): Promise<Report> {
  return await (await running()).configReport(invalid);
}

/**
 * What the runs of a session may share.
 *
 * @param others what it shares with other runs: all but the addresses of names
 * @param lookup resolves host names; the system's resolver where nothing is said
 */
export async function makeShared(others?: Shared, lookup?: Lookup): Promise<Shared> {
  return new (await running()).Shared(others, lookup);
}
