/**
 * Starts a real TorchServe for tests, and ends it with all its processes.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, whenFree } from "./free_ports.ts";
import type { Installation } from "./prepare.ts";

export { type Installation, prepare, torchserveVersion, venvVariable } from "./prepare.ts";

export interface StartOptions {
  /** Models to load at startup: `NAME=FILE.mar`. Default: `alpha=alpha_v1.mar` and `beta=beta.mar`. */
  readonly models?: readonly string[];
  /** As installed, TorchServe has it on, from 0.11.1 on; older versions have none. Default `false`. */
  readonly tokenAuth?: boolean;
  /** As installed, it is `log`. Default `prometheus`. */
  readonly metricsMode?: "prometheus" | "log" | "legacy";
  /** The three APIs speak TLS, with this certificate and RSA key; paths of PEM files, and of the authority's. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
  /** The management API has the address of the inference API; then its workers are not waited for. */
  readonly sharedAddress?: boolean;
  /** Where its logs go, a folder that is there. Default: `logs` in its own directory. */
  readonly logDirectory?: string;
  /** More lines of `config.properties`. */
  readonly config?: Readonly<Record<string, string | number>>;
  /**
   * Without any configuration: on its own ports 8080 to 8082, once they are free, with token authorization, in `log`
   * mode, in the background, and with its logs where it puts them. What the other options say has no effect, but
   * `models` and `timeoutMs`. Default `false`.
   */
  readonly asInstalled?: boolean;
  /** How long to wait until it is ready, in milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/** A running TorchServe. */
export interface RealTorchServe {
  /** `http://127.0.0.1:PORT`. */
  readonly inferenceUrl: string;
  /** `http://127.0.0.1:PORT`. */
  readonly managementUrl: string;
  /** `http://127.0.0.1:PORT/metrics`. */
  readonly metricsUrl: string;
  /** With token authorization on. */
  readonly keyFile?: string;
  /** Where `ts_metrics.log`, `model_metrics.log` and the other logs are. */
  readonly logDirectory: string;
  /** Its working directory; removed by `stop`. */
  readonly directory: string;
  /** The id of the process group of TorchServe, Java and the Python workers. */
  readonly processGroup: number;
  /** What it wrote to stdout and stderr. */
  console(): string;
  /** Kills every process and removes the working directory. May be called again. */
  stop(): Promise<void>;
}

/** Keys of a `key_file.json`. */
export interface Keys {
  readonly management: string;
  readonly inference: string;
  readonly api: string;
}

/**
 * Starts it in a directory of its own, and waits until every worker is `READY`.
 *
 * The processes are a group that a small supervisor leads. It kills the group when its standard input ends, that is,
 * when this process ends, whatever the reason.
 *
 * @throws {Error} with the end of its output, when it is not ready in time.
 */
export async function start(installation: Installation, options: StartOptions = {}): Promise<RealTorchServe> {
  const { asInstalled = false } = options;
  const directory = mkdtempSync(join(tmpdir(), "torchserve-check-real-"));
  const ports = asInstalled ? await whenFree(PORTS_AS_INSTALLED) : await freePorts(5);
  const [inference, ownManagement, metrics] = ports;
  const management = options.sharedAddress === true ? inference : ownManagement;
  const origin = originOf(options);
  const logDirectory = options.logDirectory ?? join(directory, "logs");
  const temporary = join(directory, "tmp");
  mkdirSync(temporary);
  if (!asInstalled) mkdirSync(logDirectory, { recursive: true });
  const consoleFile = join(directory, "console.txt");
  const supervise = '"$@" </dev/null >console.txt 2>&1 & cat >/dev/null; kill -KILL 0';
  const child = spawn("/usr/bin/setsid", [
    "/bin/sh",
    "-c",
    supervise,
    "torchserve-supervisor",
    join(installation.bin, "torchserve"),
    "--start",
    "--model-store",
    installation.modelStore,
    "--models",
    ...options.models ?? ["alpha=alpha_v1.mar", "beta=beta.mar"],
    ...asInstalled ? [] : configuredFlags(installation, directory, ports, options),
  ], {
    cwd: directory,
    stdio: ["pipe", "ignore", "ignore"],
    env: {
      ...process.env,
      PATH: `${installation.bin}:${process.env["PATH"] ?? ""}`,
      ...asInstalled ? {} : { LOG_LOCATION: logDirectory, METRICS_LOCATION: logDirectory },
      // Python's and Java's names for it: the pid file and the workers' sockets lie there.
      TMPDIR: temporary,
      TEMP: temporary,
    },
  });
  const hasKeys = asInstalled ? knowsTokens(installation.version) : options.tokenAuth === true;
  const keyFile = hasKeys ? join(directory, "key_file.json") : undefined;
  const server: RealTorchServe = {
    inferenceUrl: `${origin}:${inference}`,
    managementUrl: `${origin}:${management}`,
    metricsUrl: `${origin}:${metrics}/metrics`,
    ...(keyFile === undefined ? {} : { keyFile }),
    logDirectory,
    directory,
    processGroup: child.pid ?? 0,
    console: () => existsSync(consoleFile) ? readFileSync(consoleFile, "utf8") : "",
    stop: async () => {
      await end(child);
      rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    },
  };
  try {
    const authority = options.tls === undefined ? undefined : readFileSync(options.tls.authority, "utf8");
    const look = options.sharedAddress === true ? isDescribed : workersNotReady;
    await untilReady(server, child, options.timeoutMs ?? 120_000, (server) => look(server, authority));
    return server;
  } catch (error) {
    const output = server.console().slice(-3000);
    await server.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`TorchServe is not ready: ${reason}\n${output}`, { cause: error });
  }
}

/** Flags that open the management API; TorchServe before 0.11.1 does not know them and has nothing to open. */
function accessFlags(version: string, tokenAuth: boolean): string[] {
  const hasTokens = knowsTokens(version);
  if (!hasTokens && tokenAuth) throw new Error(`TorchServe ${version} has no token authorization`);
  return hasTokens ? ["--enable-model-api", ...tokenAuth ? [] : ["--disable-token-auth"]] : [];
}

function knowsTokens(version: string): boolean {
  const [, minor = 0, patch = 0] = version.split(".").map(Number);
  return minor > 11 || (minor === 11 && patch >= 1);
}

/** The ports of the inference, management and metrics APIs, and of gRPC. */
const PORTS_AS_INSTALLED = [8080, 8081, 8082, 7070, 7071] as const;

/** Writes a `config.properties` for these ports, in the order of {@linkcode PORTS_AS_INSTALLED}, and names it. */
function configuredFlags(
  { version }: Installation,
  directory: string,
  ports: readonly number[],
  options: StartOptions,
): string[] {
  const [inference, management, metrics, grpcInference, grpcManagement] = ports;
  const origin = originOf(options);
  const properties: Record<string, string | number | undefined> = {
    inference_address: `${origin}:${inference}`,
    management_address: `${origin}:${options.sharedAddress === true ? inference : management}`,
    metrics_address: `${origin}:${metrics}`,
    ...(options.tls === undefined
      ? {}
      : { certificate_file: options.tls.certificate, private_key_file: options.tls.key }),
    grpc_inference_port: grpcInference,
    grpc_management_port: grpcManagement,
    default_workers_per_model: 1,
    vmargs: "-Xmx512m -XX:+UseSerialGC",
    ...(options.metricsMode === "log" ? {} : { metrics_mode: options.metricsMode ?? "prometheus" }),
    ...options.config,
  };
  const configFile = join(directory, "config.properties");
  writeFileSync(configFile, Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join(""));
  return [
    "--foreground",
    "--ts-config",
    configFile,
    ...accessFlags(version, options.tokenAuth === true),
  ];
}

/** Of its addresses, without a port. */
function originOf({ tls }: StartOptions): string {
  return `${tls === undefined ? "http" : "https"}://127.0.0.1`;
}

/** Reads `key_file.json`. */
export function readKeys(keyFile: string): Keys {
  const content: Record<string, { key?: string } | undefined> = JSON.parse(readFileSync(keyFile, "utf8"));
  const keyOf = (name: string) => {
    const key = content[name]?.key;
    if (key === undefined) throw new Error(`${keyFile} has no key ${name}`);
    return key;
  };
  return { management: keyOf("management"), inference: keyOf("inference"), api: keyOf("API") };
}

async function untilReady(
  server: RealTorchServe,
  child: ChildProcess,
  timeoutMs: number,
  look: (server: RealTorchServe) => Promise<string[]>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = "no answer yet";
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended");
    try {
      const waiting = await look(server);
      if (waiting.length === 0) return;
      last = `waiting for ${waiting.join(", ")}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${last} after ${timeoutMs} ms`);
}

/** Its API answers: with keys and one address for both, nobody gets more of it. */
async function isDescribed({ inferenceUrl }: RealTorchServe): Promise<string[]> {
  const answer = await fetch(inferenceUrl, { method: "OPTIONS" });
  await answer.body?.cancel();
  return answer.ok ? [] : [`OPTIONS / answers ${answer.status}`];
}

async function workersNotReady(server: RealTorchServe, authority: string | undefined): Promise<string[]> {
  const headers: Record<string, string> = server.keyFile === undefined
    ? {}
    : { authorization: `Bearer ${readKeys(server.keyFile).management}` };
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await getText(`${server.managementUrl}${path}`, headers, authority);
    if (status !== 200) throw new Error(`${path} answers ${status}`);
    return JSON.parse(body);
  };
  const waiting: string[] = [];
  const { models } = await get<{ models: { modelName: string }[] }>("/models");
  for (const { modelName } of models) {
    const path = `/models/${encodeURIComponent(modelName)}/all`;
    const versions = await get<{ minWorkers: number; workers: { status: string }[] }[]>(path);
    const isReady = versions.every(({ minWorkers, workers }) =>
      workers.filter(({ status }) => status === "READY").length >= minWorkers
    );
    if (!isReady) waiting.push(modelName);
  }
  return waiting;
}

function getText(
  url: string,
  headers: Record<string, string>,
  authority: string | undefined,
): Promise<{ status: number | undefined; body: string }> {
  const { get } = authority === undefined ? http : https;
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, ...(authority === undefined ? {} : { ca: authority }) }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => body += text).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
    request.on("error", reject);
  });
}

/** Closes the supervisor's standard input; the group's end closes the process. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("close", () => resolve());
    child.stdin?.end();
  });
}
