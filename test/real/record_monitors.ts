/**
 * Records a real TorchServe in the situations that the monitors are tried on, into test/golden/monitors:
 *
 *     deno run -A test/real/record_monitors.ts [SITUATION...]
 *
 * A step stands for 15 seconds and takes 0.6: starts of workers look longer than they are.
 */
import { mkdir, writeFile } from "node:fs/promises";
import process from "node:process";
import { fired, RECORDINGS, replay } from "../support/replay.ts";
import { record, SITUATIONS } from "./monitor_situations.ts";
import { prepare } from "./torchserve.ts";

/** 25 minutes of what they stand for. */
const STEPS = 100;
const STEP_MS = 600;

const wanted = process.argv.slice(2);
const installation = await prepare();
await mkdir(RECORDINGS, { recursive: true });
for (const situation of SITUATIONS) {
  if (wanted.length > 0 && !wanted.includes(situation.name)) continue;
  const recording = await record(installation, situation, STEPS, STEP_MS);
  await writeFile(new URL(`${situation.name.replaceAll(" ", "_")}.json`, RECORDINGS), `${JSON.stringify(recording)}\n`);
  process.stdout.write(`${situation.name}: ${fired(await replay(recording)).join(", ") || "none"}\n`);
}
