import { setTimeout as sleep } from "node:timers/promises";
import { hostname } from "node:os";
import process from "node:process";
import { configReport, runCheck } from "../run/run.ts";
import type { ConfigIssue, FileInstance } from "../config/mod.ts";
import { loadCatalogue } from "../catalogue/mod.ts";
import type { Report, State } from "../report/report.ts";
import { paintFor } from "../formats/style.ts";
import { renderTable } from "../formats/table.ts";
import { processStartSeconds } from "../runtime/process_start.ts";
import { setExitStatus, writeStderr, writeStdout } from "../runtime/stdout.ts";
import { type InstanceOptions, LOG_THRESHOLDS, type LogThreshold } from "./instance_options.ts";
import { readSource } from "./sources.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs the instances of a configuration, side by side, and shows their reports in the configuration's order.
 * The exit status is 0; 1 when a check failed; 2 when the configuration is wrong.
 */
export async function runInstances(options: InstanceOptions): Promise<void> {
  const file = await readSource(options.source);
  const about = (issue: ConfigIssue) => file.instances.some(({ result }) => result.issues.includes(issue));
  const general = file.issues.filter((issue) => !about(issue));
  for (const issue of general) writeStderr(issueLine(issue));
  const instances = chooseInstances(file.instances, options.index);
  if (instances.length === 0) throw new UsageError(`${file.origin} has no instances to run`);
  let worst = general.some(({ severity }) => severity === "error") ? 2 : 0;
  const states = new Map<FileInstance, State | undefined>();
  for (let round = 1; round <= options.repeat; round++) {
    const start = performance.now();
    const reports = await Promise.all(instances.map(async (instance) => {
      const report = await runOnce(instance, states.get(instance), options.log);
      states.set(instance, report.state);
      return report;
    }));
    await show(reports, instances, options);
    for (const report of reports) worst = Math.max(worst, statusOf(report));
    if (round < options.repeat) await sleep(Math.max(0, options.interval * 1_000 - (performance.now() - start)));
  }
  setExitStatus(worst);
}

function statusOf({ status, error }: Report): number {
  return status !== "error" ? 0 : error?.code === "config" ? 2 : 1;
}

function chooseInstances(instances: readonly FileInstance[], index: number | undefined): readonly FileInstance[] {
  if (index === undefined) return instances;
  const chosen = instances[index];
  if (chosen === undefined) {
    throw new UsageError(
      `--index ${index}: there are ${instances.length} instances, from 0 to ${instances.length - 1}`,
    );
  }
  return [chosen];
}

async function runOnce({ result }: FileInstance, state: State | undefined, level: LogThreshold): Promise<Report> {
  if (!result.ok) return configReport(result.issues);
  return await runCheck({
    config: result.config,
    issues: result.issues,
    hostname: hostname(),
    state,
    hostStartSeconds: processStartSeconds(),
    log: (at, message) => {
      if (LOG_THRESHOLDS.indexOf(at) >= LOG_THRESHOLDS.indexOf(level)) writeStderr(`${at}: ${message}`);
    },
  });
}

async function show(
  reports: readonly Report[],
  instances: readonly FileInstance[],
  { format, quiet }: InstanceOptions,
): Promise<void> {
  if (format === "json") {
    for (const report of reports) writeStdout(`${JSON.stringify(report)}\n`);
    return;
  }
  const context = { catalogue: await loadCatalogue(), paint: paintFor(process.stdout), quiet };
  reports.forEach((report, i) => writeStdout(`${renderTable(report, { ...context, title: titleOf(instances[i]) })}\n`));
}

/** `openmetrics http://…`, or the place in the file of an instance that cannot run. */
function titleOf(instance: FileInstance | undefined): string {
  if (instance === undefined) return "";
  return instance.result.ok ? `${instance.result.config.kind}  ${instance.result.config.url}` : instance.path;
}

/** An issue as one line. */
export function issueLine({ severity, path, message, suggestion }: ConfigIssue): string {
  return `${severity}: ${path}: ${message}${suggestion === undefined ? "" : ` Did you mean: ${suggestion}?`}`;
}
