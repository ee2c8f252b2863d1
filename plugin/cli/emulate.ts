import process from "node:process";
import { startEmulator } from "../emulator/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";

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

/** `emulate`: an embedded TorchServe until Ctrl-C; prints a configuration that watches it. */
export async function runEmulator(options: EmulateOptions): Promise<void> {
  const { host, port, models, tokenAuth, metricsMode, logs } = options;
  const emulator = await startEmulator({
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
