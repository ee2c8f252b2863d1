import process from "node:process";
import { accessSync, constants, statSync } from "node:fs";
import { type Emulator, type EmulatorOptions, startEmulator } from "../emulator/mod.ts";
import { ListenError } from "../runtime/listen_error.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { UsageError } from "./usage_error.ts";

export interface EmulateOptions {
  readonly host: string;
  /** The inference port; management and metrics follow it. 0: free ones. */
  readonly port: number;
  /** How many models; 0: the demo's two. */
  readonly models: number;
  /** A directory for `key_file.json`: token authorization is on. */
  readonly tokenAuth?: string | undefined;
  readonly metricsMode: "prometheus" | "log";
  /** Where `log` mode writes. */
  readonly logs?: string | undefined;
  /** Milliseconds before every answer. */
  readonly delay?: number | undefined;
  /** The status of every answer. */
  readonly status?: number | undefined;
}

/**
 * `emulate`: an embedded TorchServe until Ctrl-C; prints a configuration that watches it.
 *
 * @throws {UsageError} when it cannot listen there, for a directory that cannot be written to
 */
export async function runEmulator(options: EmulateOptions): Promise<void> {
  const { host, port, models, tokenAuth, metricsMode, logs } = options;
  if (logs !== undefined) refuseDirectory("--logs", logs);
  if (tokenAuth !== undefined) refuseDirectory("--token-auth", tokenAuth);
  const emulator = await started({
    host,
    inferencePort: port,
    managementPort: port === 0 ? 0 : port + 1,
    metricsPort: port === 0 ? 0 : port + 2,
    metricsMode,
    ...(logs === undefined ? {} : { logDirectory: logs }),
    ...(tokenAuth === undefined ? {} : { tokenAuth: { directory: tokenAuth } }),
    ...(models === 0 ? {} : { models: Array.from({ length: models }, (_, i) => ({ name: `model_${i + 1}` })) }),
  });
  try {
    const { delay, status } = options;
    if (delay !== undefined || status !== undefined) {
      emulator.faults.add({
        ...(delay === undefined ? {} : { delayMs: delay }),
        ...(status === undefined ? {} : { status }),
      });
    }
    const key = emulator.keyFile === undefined ? "" : `\n    token_key_file: ${JSON.stringify(emulator.keyFile)}`;
    writeStdout(
      `# An embedded TorchServe is running; Ctrl-C ends it. To watch it: torchserve-check --instance FILE\n` +
        `instances:\n  - openmetrics_endpoint: ${emulator.metricsUrl}\n` +
        `  - inference_api_url: ${emulator.inferenceUrl}${key}\n  - management_api_url: ${emulator.managementUrl}${key}\n`,
    );
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
  } finally {
    await emulator.close();
  }
}

/** Starts it, or says why it cannot listen. */
async function started(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (thrown) {
    if (!(thrown instanceof ListenError)) throw thrown;
    throw new UsageError(
      `emulate: ${thrown.message}`,
      "name an address of this machine with --host, and a free port with two free ones after it with --port (0: any)",
    );
  }
}

/** Refuses what is no directory in which files can be made. */
function refuseDirectory(option: string, path: string): void {
  const remedy = "name a directory that there is, and that this user may write to";
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
    if (isDirectory) accessSync(path, constants.W_OK | constants.X_OK);
  } catch {
    throw new UsageError(`${option} ${path}: there is no such directory that can be written to`, remedy);
  }
  if (!isDirectory) throw new UsageError(`${option} ${path}: this is no directory`, remedy);
}
