import { startEmulator } from "../emulator/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { runInstances } from "./instance.ts";

/** Predictions that the emulated clients make before the check looks. */
const PREDICTIONS = [["resnet-18", 8], ["sentiment", 4]] as const;

/** `demo`: an embedded TorchServe with two models, and the check running against its three endpoints. */
export async function runDemo(): Promise<void> {
  const emulator = await startEmulator({});
  try {
    for (const [model, times] of PREDICTIONS) emulator.predict(model, { times });
    emulator.collect();
    writeStdout("An embedded TorchServe, and what the check finds on its three endpoints:\n\n");
    const instances = [
      { openmetrics_endpoint: emulator.metricsUrl },
      { inference_api_url: emulator.inferenceUrl },
      { management_api_url: emulator.managementUrl },
    ];
    await runInstances({
      source: JSON.stringify({ init_config: {}, instances }),
      format: "table",
      failOn: "critical",
      repeat: 1,
      interval: 0,
      quiet: false,
      log: "warning",
    });
  } finally {
    await emulator.close();
  }
}
