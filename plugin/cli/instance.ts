import { setTimeout as sleep } from "node:timers/promises";
import { hostname } from "node:os";
import process from "node:process";
import { loadCatalogue } from "../catalogue/mod.ts";
import type { ConfigIssue, FileInstance } from "../config/mod.ts";
import { EXIT, type InstanceReport, loadFormat, paintFor } from "../formats/mod.ts";
import type { State } from "../report/mod.ts";
import { configReport, makeShared, Prepared, runCheck, type Shared } from "../run/mod.ts";
import { processStartSeconds } from "../runtime/process_start.ts";
import { setExitStatus, writeStdout } from "../runtime/stdout.ts";
import { oneLine } from "../text/mod.ts";
import type { InstanceOptions, LogThreshold } from "./instance_options.ts";
import { logTo } from "./log.ts";
import { readSource } from "./sources.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs the instances of a configuration, side by side, and shows their reports in the configuration's order. The exit
 * status is the format's for the worst round; at least 2 when the configuration is wrong.
 */
export async function runInstances(options: InstanceOptions): Promise<void> {
  const file = await readSource(options.source, options);
  const about = (issue: ConfigIssue) => file.instances.some(({ result }) => result.issues.includes(issue));
  const general = file.issues.filter((issue) => !about(issue));
  for (const issue of general) tell(issueLine(issue));
  const instances = chooseInstances(file.instances, options.index);
  if (instances.length === 0) throw new UsageError(`${file.origin} has no instances to run`);
  const format = await loadFormat(options.format);
  const { failOn, quiet } = options;
  const formatOptions = {
    failOn,
    quiet,
    paint: paintFor(process.stdout),
    catalogue: loadCatalogue,
    remembers: options.repeat > 1,
  };
  const told = new Set<string>();
  let worst: number = general.some(({ severity }) => severity === "error") ? EXIT.usage : EXIT.fine;
  const shared = await makeShared();
  const prepared = instances.map(({ result }) => result.ok ? new Prepared(result.config, result.issues) : undefined);
  let states: readonly (State | undefined)[] = [];
  let formatState: State | undefined;
  for (let round = 1; round <= options.repeat; round++) {
    const start = performance.now();
    const reports = await Promise.all(
      instances.map((instance, i) => runOnce(instance, prepared[i], shared, states[i], options.log)),
    );
    states = reports.map(({ report }) => report.state);
    const { text, state, notes = [] } = await format.render({ reports, state: formatState }, formatOptions);
    formatState = state;
    writeStdout(text);
    for (const note of notes.filter((note) => !told.has(note))) {
      told.add(note);
      logTo(options.log)("warning", note);
    }
    worst = Math.max(worst, format.exitStatus(reports.map(({ report }) => report), failOn));
    if (round < options.repeat) await sleep(Math.max(0, options.interval * 1_000 - (performance.now() - start)));
  }
  shared.close();
  setExitStatus(worst);
}

function chooseInstances(instances: readonly FileInstance[], index: number | undefined): readonly FileInstance[] {
  if (index === undefined || instances.length === 0) return instances;
  const chosen = instances[index];
  if (chosen === undefined) {
    const [many, last] = [instances.length, instances.length - 1];
    throw new UsageError(
      many === 1
        ? `--index ${index}: there is only one instance, 0`
        : `--index ${index}: there are ${many} instances, from 0 to ${last}`,
    );
  }
  return [chosen];
}

async function runOnce(
  { path, result }: FileInstance,
  prepared: Prepared | undefined,
  shared: Shared,
  state: State | undefined,
  threshold: LogThreshold,
): Promise<InstanceReport> {
  if (!result.ok) return { instance: path, timeMs: Date.now(), report: await configReport(result) };
  const { config, issues } = result;
  const report = await runCheck({
    config,
    issues,
    prepared,
    shared,
    hostname: hostname(),
    state,
    hostStartSeconds: processStartSeconds(),
    log: logTo(threshold),
  });
  return { instance: path, kind: config.kind, url: config.url, timeMs: Date.now(), report };
}

/** An issue as one line. */
export function issueLine({ severity, path, message, suggestion }: ConfigIssue): string {
  return oneLine(`${severity}: ${path}: ${message}${suggestion === undefined ? "" : ` Did you mean: ${suggestion}?`}`);
}
