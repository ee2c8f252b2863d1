/**
 * What only a run needs, in one module: each one more that is loaded while a request waits takes a hundredth of a start
 * (bench: start).
 *
 * @module
 */
export { configReport } from "./config_report.ts";
export { runCheck } from "./run.ts";
export { runInstance } from "./run_instance.ts";
export { Shared } from "./shared.ts";
