import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseProperties, TargetError } from "../torchserve/mod.ts";
import { readKeyFile } from "../torchserve/tokens/key_file.ts";
import { monotonicMs } from "../runtime/bounds.ts";
import type { Listening } from "./listening.ts";
import type { TorchServeProcess } from "./processes.ts";

/** A file or folder of a server: its path, where it is known, and what keeps it from being used, if anything does. */
export interface Sought {
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
  readonly keyFile: Sought;
  /** The directory of `ts_metrics.log`. */
  readonly metricsLog: Sought;
  /** `metrics_mode`, where it is configured: `log`, `prometheus`, `legacy`. */
  readonly metricsMode: string | undefined;
  /** `certificate_file`, where it is configured. */
  readonly certificateFile: string | undefined;
}

/** A larger file is no `config.properties`, in bytes. */
const MAX_CONFIG_BYTES = 1_048_576;
/** How long a key file is waited for: it may be on a file system that hangs. */
const KEY_FILE_MS = 2_000;
const METRICS_LOG = "ts_metrics.log";

/** Finds out what a process's command line, environment, working directory and open files tell of the server. */
export async function localServer(process: TorchServeProcess): Promise<LocalServer> {
  const { pid, uid } = process;
  // Java takes relative paths from here, and `key_file.json` goes here (TokenAuthorization.java).
  const directory = vmProperty(process, "user.dir") ?? process.directory;
  const properties = await configuration(process, directory);
  const certificate = properties?.get("certificate_file");
  return {
    pid,
    uid,
    directory,
    listening: process.listening ?? configuredAddresses(process, properties),
    keyFile: await keyFile(process, directory),
    metricsLog: await metricsLog(process, directory),
    metricsMode: metricsMode(process, properties),
    certificateFile: certificate === undefined ? undefined : below(directory, certificate),
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

function closed({ pid, uid }: TorchServeProcess, what: string): Sought {
  return {
    problem: `${what} is not known: process ${pid} belongs to user ${uid}, and only that user and root can see where ` +
      "it was started; run discover as one of them",
  };
}

function contained({ pid }: TorchServeProcess, what: string, path: string): Sought {
  return {
    problem: `${what} is ${path} in the container of process ${pid}: share that directory with the host agent and ` +
      "set the path that it has there",
  };
}

async function keyFile(process: TorchServeProcess, directory: string | undefined): Promise<Sought> {
  const what = "TorchServe's key_file.json";
  if (directory === undefined) return closed(process, what);
  const path = join(directory, "key_file.json");
  if (process.isContained) return contained(process, what, path);
  try {
    await readKeyFile(path, { deadlineMs: monotonicMs() + KEY_FILE_MS });
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
async function metricsLog(process: TorchServeProcess, directory: string | undefined): Promise<Sought> {
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
      problem: `${join(path, METRICS_LOG)} may not be read by this user: run discover as user ${process.uid}`,
    };
  }
  return { problem: `there is no ${METRICS_LOG} in ${[...new Set(named)].join(", ")}` };
}

/** `config.properties`, found as TorchServe finds it (ConfigManager.java), but for its snapshots. */
async function configuration(
  process: TorchServeProcess,
  directory: string | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (process.isContained) return undefined;
  const path = process.environment?.get("TS_CONFIG_FILE") ?? argument(process, ["-f", "--ts-config-file"]) ??
    vmProperty(process, "tsConfigFile") ?? "config.properties";
  const full = below(directory, path);
  if (full === undefined) return undefined;
  try {
    const found = await stat(full);
    if (!found.isFile() || found.size > MAX_CONFIG_BYTES) return undefined;
    return parseProperties(await readFile(full, "utf8"));
  } catch {
    return undefined;
  }
}

function argument({ args }: TorchServeProcess, names: readonly string[]): string | undefined {
  const at = args.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : args[at + 1];
}

function metricsMode(process: TorchServeProcess, properties: ReadonlyMap<string, string> | undefined) {
  const fromEnvironment = properties?.get("enable_envvars_config") === "true"
    ? process.environment?.get("TS_METRICS_MODE")
    : undefined;
  return (fromEnvironment ?? properties?.get("metrics_mode"))?.toLowerCase();
}

const ADDRESSES = [["inference_address", 8080], ["management_address", 8081], ["metrics_address", 8082]] as const;

/** Where a server listens according to its configuration, when its sockets cannot be seen. */
function configuredAddresses(
  { isContained }: TorchServeProcess,
  properties: ReadonlyMap<string, string> | undefined,
): { address: string; port: number }[] | undefined {
  if (properties === undefined || isContained) return undefined;
  return ADDRESSES.flatMap(([name, usual]) => {
    const url = URL.parse(properties.get(name) ?? `http://127.0.0.1:${usual}`);
    if (url === null) return [];
    return [{
      address: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    }];
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(() => true, () => false);
}
