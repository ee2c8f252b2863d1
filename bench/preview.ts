import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "puppeteer-core";
import { startEmulator } from "../plugin/emulator/mod.ts";
import { startBrowser } from "../test/real/preview/browser.ts";
import { type Bench, BINARY } from "./context.ts";
import { median, percentile } from "./statistics.ts";
import { digits, megabytes, type Section } from "./table.ts";

const MODELS = 100;
/** What a redraw may take of the page's script, in milliseconds. */
const WANTED_MS = 50;
/** How long it is watched; 30 shows whether memory stays flat. */
const MINUTES = "TORCHSERVE_CHECK_PREVIEW_MINUTES";
/** Ticks of `/proc/PID/stat` in a second. */
const TICKS = 100;

/** The preview of a server with many models, a run a second: its process, and its page in Chromium. */
export async function measurePreview(bench: Bench): Promise<Section> {
  const minutes = Number(process.env[MINUTES] ?? (bench.quick ? 0.5 : 2));
  const models = Array.from({ length: MODELS }, (_, i) => ({ name: `model_${i + 1}`, workers: 2 }));
  const emulator = await startEmulator({ models, metricTimeInterval: 1 });
  const load = setInterval(() => {
    for (const [i, { name }] of models.entries()) emulator.predict(name, { times: 1 + i % 7 });
  }, 500);
  const config = join(bench.folder, "preview.json");
  const instances = [
    { openmetrics_endpoint: emulator.metricsUrl },
    { inference_api_url: emulator.inferenceUrl, extended_metrics: true },
    { management_api_url: emulator.managementUrl, extended_metrics: true },
  ];
  await writeFile(config, JSON.stringify({ instances }));
  const preview = new Deno.Command(BINARY, {
    args: ["preview", config, "--interval", "1"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const browser = await startBrowser("--enable-precise-memory-info", "--js-flags=--expose-gc");
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 1000 });
    await page.evaluateOnNewDocument(() => {
      const draws: number[] = [];
      Object.assign(globalThis, { draws });
      new PerformanceObserver((list) => draws.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: "measure" });
    });
    await page.goto(`${await firstLine(preview.stdout)}?range=300`);
    await page.waitForSelector(".plot canvas");
    await pause(10);
    const before = await state(page, preview.pid);
    const rows: string[][] = [];
    for (let minute = 0; minute < minutes; minute++) {
      bench.say(`the preview, minute ${minute + 1} of ${minutes}`);
      const start = await state(page, preview.pid);
      await pause(60 * Math.min(1, minutes - minute));
      if (minute % 5 === 0 || minute === minutes - 1) {
        rows.push(row(`${minute + 1}`, start, await state(page, preview.pid)));
      }
    }
    const after = await state(page, preview.pid);
    const draws = await page.evaluate(() => (globalThis as unknown as { draws: number[] }).draws);
    const script = perRun(before, after, "scriptMs");
    return {
      title: "Preview",
      tables: [{
        title: `The overview of ${MODELS} models, a run a second, in Chromium`,
        notes: [
          `The page's script is all of its JavaScript for a frame: reading, updating, drawing what is on the screen; a redraw ` +
          `is that without reading: median ${digits(median(draws))} ms, 99 % ${
            digits(percentile(draws, 0.99))
          } ms. The ` +
          `process evaluates a frame and crawls ${MODELS} models in each run. Heap of the page after a collection.`,
        ],
        columns: ["minute", "script ms a run", "layout ms a run", "page MB", "process CPU ms a run", "process MB"],
        rows,
      }],
      targets: [{
        what: `preview, ${MODELS} models: script of the page for a redraw, ms`,
        wanted: `≤ ${WANTED_MS}`,
        measured: digits(script),
        isMet: script <= WANTED_MS,
      }],
      missing: [],
    };
  } finally {
    clearInterval(load);
    await browser.close();
    preview.kill("SIGTERM");
    await preview.status;
    await emulator.close();
  }
}

/** What page and process have taken so far. */
interface State {
  readonly runs: number;
  readonly scriptMs: number;
  readonly layoutMs: number;
  readonly cpuMs: number;
  readonly pageBytes: number;
  readonly processBytes: number;
}

async function state(page: Page, pid: number): Promise<State> {
  await page.evaluate(() => (globalThis as unknown as { gc?: () => void }).gc?.());
  const { ScriptDuration = 0, LayoutDuration = 0, RecalcStyleDuration = 0, JSHeapUsedSize = 0 } = await page.metrics();
  const runs = await page.evaluate(() => (globalThis as unknown as { draws: number[] }).draws.length);
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ").map(Number);
  const [, resident = 0] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ").map(Number);
  return {
    runs,
    scriptMs: 1_000 * ScriptDuration,
    layoutMs: 1_000 * (LayoutDuration + RecalcStyleDuration),
    cpuMs: 1_000 * ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS,
    pageBytes: JSHeapUsedSize,
    processBytes: 4_096 * resident,
  };
}

function perRun(before: State, after: State, of: "scriptMs" | "layoutMs" | "cpuMs"): number {
  return (after[of] - before[of]) / Math.max(1, after.runs - before.runs);
}

function row(name: string, before: State, after: State): string[] {
  return [
    name,
    digits(perRun(before, after, "scriptMs")),
    digits(perRun(before, after, "layoutMs")),
    megabytes(after.pageBytes),
    digits(perRun(before, after, "cpuMs")),
    megabytes(after.processBytes),
  ];
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the preview ended: ${text}`);
    text += value;
  }
  return text.split("\n", 1)[0] ?? "";
}
