import process from "node:process";
import type { FileInstance, FileResult } from "../config/mod.ts";
import { type Format, type FormatOption, loadFormat } from "../formats/mod.ts";
import { compileAsUsual } from "../runtime/jit.ts";
import { setExitStatus } from "../runtime/stdout.ts";
import type { InstanceOptions } from "./instance_options.ts";
import { issueLines } from "./issue_line.ts";
import { type Output, toFile, toStdout } from "./output.ts";
import { Rounds } from "./rounds.ts";
import { readSource } from "./sources.ts";
import { tell } from "./tell.ts";
import { NO_INSTANCES, UsageError } from "./usage_error.ts";
import type { Watch } from "./watch.ts";

/** What options that not all formats take are called, and a format that takes them. */
export const FORMAT_OPTIONS: Readonly<Record<FormatOption, { readonly name: string; readonly of: string }>> = {
  quiet: { name: "--quiet", of: "table" },
  failOn: { name: "--fail-on", of: "table" },
  verbose: { name: "--verbose", of: "table" },
  watch: { name: "--watch", of: "table" },
  perfdata: { name: "--perfdata", of: "nagios" },
  to: { name: "--to", of: "dogstatsd" },
};

/**
 * Runs the instances of a configuration, side by side, and shows their reports in the configuration's order. The exit
 * status is the format's for the worst round; a configuration that is wrong is an instance that cannot run.
 *
 * @throws {UsageError} when there is nothing to run, or an option has no effect on the format
 * @throws {OutputError} when the text cannot be written
 */
export async function runInstances(options: InstanceOptions): Promise<void> {
  if (options.repeat > 1 || options.watch) compileAsUsual();
  const format = await loadFormat(options.format);
  refuseOthers(format, options);
  const rounds = new Rounds(format, options, await outputOf(options), await watchOf(options));
  let file: FileResult;
  let instances: readonly FileInstance[];
  try {
    file = await readSource(options.source, options);
    instances = chooseInstances(file.instances, options.index);
    if (instances.length === 0) throw await nothingToRun(file);
  } catch (thrown) {
    if (format.audience !== "states" || !(thrown instanceof UsageError)) throw thrown;
    // Its host reads the state from the text and the status, and knows no other failure.
    return setExitStatus(await rounds.showFailure(thrown));
  }
  setExitStatus(await rounds.run(file, instances));
}

/** Where the text goes. */
async function outputOf({ output, to }: InstanceOptions): Promise<Output> {
  if (to !== undefined) return (await import("./dogstatsd_output.ts")).toDogstatsd(to);
  return output === undefined ? toStdout : toFile(output);
}

/** The terminal that `--watch` draws on. */
async function watchOf({ watch = false }: InstanceOptions): Promise<Watch | undefined> {
  return watch ? new (await import("./watch.ts")).Watch() : undefined;
}

/** Of a file that gives no instances; what is wrong with it, beside what the message says, is told. */
async function nothingToRun(file: FileResult): Promise<UsageError> {
  const { origin, issues } = file;
  const first = issues.find(({ severity }) => severity === "error");
  for (const issue of issues) {
    const lines = await issueLines(issue, file);
    // The line of what the message says is told without it.
    for (const line of issue === first ? lines.slice(1) : lines) tell(line);
  }
  if (first === undefined) return new UsageError(`${origin} has no instances to run`, NO_INSTANCES);
  const [line = ""] = await issueLines(first, file);
  return new UsageError(
    `${origin} has no instances to run: ${line}`,
    "torchserve-check config validate says all of it",
  );
}

/** Refuses options that mean nothing to the format: whoever gave one would wait for what it does. */
function refuseOthers({ takes }: Format, { given = [], format, watch = false, output, to }: InstanceOptions): void {
  const refused = given.find((option) => !takes.includes(option));
  if (refused !== undefined) {
    throw new UsageError(
      `${FORMAT_OPTIONS[refused].name} has no effect on --format ${format}`,
      `leave it out, or use --format ${FORMAT_OPTIONS[refused].of}`,
    );
  }
  if (to !== undefined && output !== undefined) {
    throw new UsageError("--to and --output are two places for one text", "leave one of them out");
  }
  if (watch && (output !== undefined || !process.stdout.isTTY || process.env["TERM"] === "dumb")) {
    throw new UsageError(
      "--watch draws on a terminal that can",
      "use --repeat and --interval for a file, a pipe or TERM=dumb",
    );
  }
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
      "leave it out to run all of them",
    );
  }
  return [chosen];
}
