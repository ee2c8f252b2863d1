import { CommanderError } from "commander";
import { loadCatalogue } from "../../catalogue/mod.ts";
import { type FileResult, readConfig } from "../../config/mod.ts";
import { type InstanceReport, loadFormat, plain, STATUS_WORDS, worstStatus } from "../../formats/mod.ts";
import type { ServiceStatus } from "../../report/mod.ts";
import { makeShared } from "../../run/mod.ts";
import { setExitStatus, writeStdout } from "../../runtime/stdout.ts";
import { oneLine } from "../../text/mod.ts";
import { VERSION } from "../../version.ts";
import { globOf } from "../glob.ts";
import { logTo } from "../log.ts";
import { readSource } from "../sources.ts";
import { NO_INSTANCES, UsageError } from "../usage_error.ts";
import { WatchedInstance } from "../watched_instance.ts";
import { type PluginArguments, pluginCommand } from "./arguments.ts";
import { instancesOf } from "./endpoints.ts";
import { judge, type Judgement } from "./judge.ts";
import { detailLines } from "./verbose.ts";

const NAME = "check_torchserve";
const UNKNOWN: ServiceStatus = 3;

/**
 * The program as a monitoring plugin (https://www.monitoring-plugins.org/doc/guidelines.html): states and performance
 * data of the format `nagios`, and its exit status. Whatever goes wrong is UNKNOWN, and is said on stdout, which is all
 * that a monitoring system shows.
 */
export async function runMonitoringPlugin(args: readonly string[]): Promise<void> {
  try {
    const command = pluginCommand(writeStdout);
    command.parse(args, { from: "user" });
    const options = command.opts<Omit<PluginArguments, "host"> & { hostname?: string; version?: true }>();
    if (options.version) {
      writeStdout(`${NAME} v${VERSION} (torchserve-check)\n`);
      return setExitStatus(UNKNOWN);
    }
    refuseWithoutEffect(options);
    setExitStatus(await check({ ...options, host: options.hostname }));
  } catch (thrown) {
    // Help was asked for and is printed; as with other plugins, it is no state of a service.
    const isHelp = thrown instanceof CommanderError && thrown.exitCode === 0;
    if (!isHelp) writeStdout(`TORCHSERVE ${STATUS_WORDS[UNKNOWN]} - ${oneLine(why(thrown)).replaceAll("|", "/")}\n`);
    setExitStatus(UNKNOWN);
  }
}

/** Refuses what would say in vain where the server is; but `-H`, which monitoring systems give to every plugin. */
function refuseWithoutEffect({ config, port, url, ssl }: PluginArguments): void {
  const isWhole = url !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(url);
  const place = config !== undefined ? "--config" : isWhole ? "a whole -u URL" : undefined;
  const [name] = ([
    ["-p", port !== undefined],
    ["-S", ssl],
    ["-u", config !== undefined && url !== undefined],
  ] as const).find(([, isGiven]) => isGiven) ?? [];
  if (place === undefined || name === undefined) return;
  throw new UsageError(`${name} has no effect beside ${place}`, "leave one of them out");
}

function why(thrown: unknown): string {
  if (thrown instanceof UsageError) {
    return thrown.hint === undefined ? thrown.message : `${thrown.message}: ${thrown.hint}`;
  }
  if (thrown instanceof CommanderError) return `${thrown.message.replace(/^error: /, "")} (${NAME} --help)`;
  if (thrown instanceof RangeError) return `${thrown.message} (${NAME} --help)`;
  return `internal error, please report it: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

/** Checks, and writes what is found; returns the exit status. */
async function check(options: PluginArguments): Promise<ServiceStatus> {
  const start = performance.now();
  const file = await readInstances(options);
  const [format, shared] = await Promise.all([loadFormat("nagios"), makeShared()]);
  const timeoutMs = options.timeout * 1_000;
  const log = logTo(options.verbose > 2 ? "debug" : "off");
  const reports: InstanceReport[] = await Promise.all(
    file.instances.map((instance) => new WatchedInstance(instance).run({ shared, timeoutMs, log })),
  );
  shared.close();
  const judgement = judge(options, reports, (performance.now() - start) / 1_000);
  const { text } = await format.render({ reports }, {
    failOn: "critical",
    quiet: false,
    paint: plain,
    catalogue: loadCatalogue,
    remembers: false,
    perfdata: options.metric === undefined ? undefined : globOf(options.metric),
  });
  const status = worstStatus([
    statusOf(format.exitStatus(reports.map(({ report }) => report), "critical")),
    judgement.status,
  ]);
  writeStdout(withJudgement(text, judgement, status) + detailLines(reports, options.verbose));
  return status;
}

async function readInstances(options: PluginArguments): Promise<FileResult> {
  const { config, timeout } = options;
  if (config !== undefined) {
    const file = await readSource(config);
    if (file.instances.length === 0) throw new UsageError(`${file.origin} has no instances to check`, NO_INSTANCES);
    return file;
  }
  const instances = instancesOf(options).map((instance) => ({ ...instance, timeout }));
  return await readConfig(JSON.stringify({ instances }), NAME);
}

const statusOf = (status: number): ServiceStatus => status === 0 || status === 1 || status === 2 ? status : UNKNOWN;

/** The text of the format, with what the ranges found at its head, and the time in its performance data. */
function withJudgement(text: string, { problems, perfdata }: Judgement, status: ServiceStatus): string {
  const [first = "", ...others] = text.split("\n");
  const [, summary = first, data] = /^TORCHSERVE \w+ - (.*?)(?: \| (.*))?$/.exec(first) ?? [];
  const head = `TORCHSERVE ${STATUS_WORDS[status]} - ${[...problems, summary].join(", ")}`;
  return [`${head} | ${perfdata}${data === undefined ? "" : ` ${data}`}`, ...others].join("\n");
}
