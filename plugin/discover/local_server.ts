import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { TargetError, type TorchServeApi } from "../torchserve/mod.ts";
import { parseProperties, ServerSettings } from "../torchserve/settings.ts";
import { readKeyFile } from "../torchserve/tokens/mod.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import { readTextWithin } from "../runtime/read_file.ts";
import type { Listening } from "./listening.ts";
import type { TorchServeProcess } from "./processes.ts";

/** A file or folder of a server: its path, where it is known, and what keeps it from being used, if anything does. */
export interface LocatedPath {
  readonly path?: string;
  readonly problem?: string;
}

/** A TorchServe on this machine. */
export interface LocalServer {
  readonly pid: number;
  readonly uid: number;
  /** The directory that it was started in. */
  readonly directory: string | undefined;
  /** Where it listens; `undefined` where that is not known. */
  readonly listening: readonly Pick<Listening, "address" | "port">[] | undefined;
  /** The Unix sockets that it has in place of ports, where this process can reach them. */
  readonly sockets: readonly { readonly api: TorchServeApi; readonly socket: string }[];
  readonly keyFile: LocatedPath;
  /** The directory of `ts_metrics.log`. */
  readonly metricsLog: LocatedPath;
  /** The directory of `model_log.log` and `ts_log.log`, as this process reaches it; `undefined` where it is not known. */
  readonly logs: string | undefined;
  /** The folder of archives, as this process reaches it; `undefined` where it is not known. */
  readonly modelStore: string | undefined;
  /** Log files that it has open, as the process file system names them. */
  readonly openLogs: readonly string[];
  /** What it is configured with; `undefined` where that is not known. */
  readonly settings: ServerSettings | undefined;
  /** `certificate_file`, where it is configured. */
  readonly certificateFile: string | undefined;
  /** `metrics_config`, where it is configured. */
  readonly metricsConfig: string | undefined;
}

/** A larger file is no `config.properties`, in bytes. */
const MAX_CONFIG_BYTES = 1_048_576;
/** How long a file is waited for: it may be on a file system that hangs. */
const FILE_MS = 2_000;
const soon = () => ({ deadlineMs: monotonicMs() + FILE_MS });
const METRICS_LOG = "ts_metrics.log";

/** Finds out what a process's command line, environment, working directory and open files tell of the server. */
export async function localServer(process: TorchServeProcess): Promise<LocalServer> {
  const { pid, uid } = process;
  // Java takes relative paths from here, and `key_file.json` goes here (TokenAuthorization.java).
  const directory = vmProperty(process, "user.dir") ?? process.directory;
  const settings = await settingsOf(process, directory);
  const configured = (setting: string) => {
    const path = process.isContained ? undefined : settings?.get(setting);
    return path === undefined || path === "" ? undefined : below(directory, path);
  };
  return {
    pid,
    uid,
    directory,
    listening: process.listening ?? configuredAddresses(process, settings),
    sockets: process.isContained
      ? []
      : settings?.addresses.flatMap((address) => "socket" in address ? [address] : []) ?? [],
    keyFile: await keyFile(process, directory),
    metricsLog: await metricsLog(process, directory),
    logs: logsOf(process, directory),
    modelStore: reached(process, directory, argument(process, ["-s", "--model-store"]) ?? settings?.get("model_store")),
    openLogs: process.openFiles?.filter((path) => /\.log\b/.test(path)) ?? [],
    settings,
    certificateFile: configured("certificate_file"),
    metricsConfig: configured("metrics_config"),
  };
}

function vmProperty({ vmOptions }: TorchServeProcess, name: string): string | undefined {
  const start = `-D${name}=`;
  return vmOptions.findLast((option) => option.startsWith(start))?.slice(start.length);
}

/** A path as Java understands it; `undefined` where it is relative to a directory that is not known. */
function below(directory: string | undefined, path: string): string | undefined {
  if (isAbsolute(path)) return path;
  return directory === undefined ? undefined : resolve(directory, path);
}

function closed({ pid, uid }: TorchServeProcess, what: string): LocatedPath {
  return {
    problem: `${what} is not known: process ${pid} belongs to user ${uid}, and only that user and root can see where ` +
      "it was started; run this as one of them",
  };
}

function contained({ pid }: TorchServeProcess, what: string, path: string): LocatedPath {
  return {
    problem: `${what} is ${path} in the container of process ${pid}: share that directory with the host agent and ` +
      "set the path that it has there",
  };
}

async function keyFile(process: TorchServeProcess, directory: string | undefined): Promise<LocatedPath> {
  const what = "TorchServe's key_file.json";
  if (directory === undefined) return closed(process, what);
  const path = join(directory, "key_file.json");
  if (process.isContained) return contained(process, what, path);
  try {
    await readKeyFile(path, soon());
    return { path };
  } catch (thrown) {
    if (!(thrown instanceof TargetError)) throw thrown;
    const problem = `${thrown.message}${thrown.hint === undefined ? "" : `; ${thrown.hint}`}`;
    return await exists(path) ? { path, problem } : { problem };
  }
}

/**
 * Where the metric logs are: in the directory of the file that the process has open; else where its `log4j2.xml` puts
 * them (`${env:METRICS_LOCATION:-logs}`), or older versions did.
 */
async function metricsLog(process: TorchServeProcess, directory: string | undefined): Promise<LocatedPath> {
  const { environment, openFiles } = process;
  const what = "the directory of TorchServe's logs";
  const open = openFiles?.find((path) => path.endsWith(`/${METRICS_LOG}`));
  if (open === undefined && environment === undefined) return closed(process, what);
  const named = open === undefined
    ? [
      environment?.get("METRICS_LOCATION"),
      vmProperty(process, "METRICS_LOCATION"),
      environment?.get("LOG_LOCATION"),
      vmProperty(process, "LOG_LOCATION"),
      "logs",
    ].flatMap((path) => path === undefined || path === "" ? [] : below(directory, path) ?? [])
    : [dirname(open)];
  const [likeliest] = named;
  if (likeliest === undefined) return closed(process, what);
  if (process.isContained) return contained(process, what, likeliest);
  for (const path of named) {
    if (!await exists(join(path, METRICS_LOG))) continue;
    if (await isReadable(join(path, METRICS_LOG))) return { path };
    return {
      path,
      problem: `${join(path, METRICS_LOG)} may not be read by this user: run this as user ${process.uid}`,
    };
  }
  return { problem: `there is no ${METRICS_LOG} in ${[...new Set(named)].join(", ")}` };
}

/** Where `log4j2.xml` puts the other logs: `${env:LOG_LOCATION:-logs}`. */
function logsOf(process: TorchServeProcess, directory: string | undefined): string | undefined {
  const open = process.openFiles?.find((path) => path.endsWith("/model_log.log") || path.endsWith("/ts_log.log"));
  if (open !== undefined) return `${process.root}${dirname(open)}`;
  if (process.environment === undefined) return undefined;
  const named = process.environment.get("LOG_LOCATION") || vmProperty(process, "LOG_LOCATION") || "logs";
  return reached(process, directory, named);
}

/** A path of the server as this process reaches it. */
function reached(
  { root }: TorchServeProcess,
  directory: string | undefined,
  path: string | undefined,
): string | undefined {
  const full = path === undefined ? undefined : below(directory, path);
  return full === undefined ? undefined : `${root}${full}`;
}

/** `config.properties`, found as TorchServe finds it (ConfigManager.java), but for its snapshots. */
async function settingsOf(
  process: TorchServeProcess,
  directory: string | undefined,
): Promise<ServerSettings | undefined> {
  const path = process.environment?.get("TS_CONFIG_FILE") ?? argument(process, ["-f", "--ts-config-file"]) ??
    vmProperty(process, "tsConfigFile") ?? "config.properties";
  const full = below(directory, path);
  if (full === undefined) return undefined;
  try {
    const text = await readTextWithin(`${process.root}${full}`, { ...soon(), maxBytes: MAX_CONFIG_BYTES });
    return new ServerSettings(parseProperties(text), process.environment);
  } catch {
    return undefined;
  }
}

function argument({ args }: TorchServeProcess, names: readonly string[]): string | undefined {
  const at = args.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : args[at + 1];
}

/** Where a server listens according to its configuration, when its sockets cannot be seen. */
function configuredAddresses(
  { isContained }: TorchServeProcess,
  settings: ServerSettings | undefined,
): { address: string; port: number }[] | undefined {
  if (settings === undefined || isContained) return undefined;
  return settings.addresses.flatMap((address) =>
    "port" in address ? [{ address: address.host, port: address.port }] : []
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(() => true, () => false);
}
