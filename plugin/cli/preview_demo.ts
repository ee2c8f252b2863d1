import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type ModelSpec, startEmulator } from "../emulator/mod.ts";
import { DemoLogs } from "./preview_demo_logs.ts";
import { logsOfFolder } from "./preview_sources.ts";

/** What the demo serves, and how often its clients call each model, in calls a second. */
const MODELS: readonly (ModelSpec & { readonly calls: number })[] = [
  { name: "resnet-18", version: "1.0", workers: 2, batchSize: 4, maxBatchDelay: 50, predictMs: 14, calls: 9 },
  {
    name: "resnet-18",
    version: "2.0",
    marFile: "resnet-18_v2.mar",
    workers: 1,
    batchSize: 8,
    maxBatchDelay: 50,
    predictMs: 11,
    calls: 0,
  },
  { name: "sentiment", version: "1.0", workers: 1, predictMs: 35, calls: 5 },
  { name: "translator", version: "1.3", workers: 2, maxWorkers: 4, predictMs: 120, calls: 3 },
  { name: "whisper", version: "1.0", workers: 1, predictMs: 210, calls: 1 },
];
/** Milliseconds between two looks at who calls. */
const TICK_MS = 250;
/** Calls that are under way at most. */
const MOST_CALLS = 64;
/** Ticks between two changes of what is registered, and of the default version. */
const CHANGE_TICKS = 240;

/** A running demo: an embedded TorchServe whose models are called. */
export interface Demo {
  /** A configuration that watches it, as JSON. */
  readonly configuration: string;
  close(): Promise<void>;
}

/** Starts an embedded TorchServe, and clients that call its models; its logs are written to a folder that goes with it. */
export async function startDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "torchserve-check-preview-"));
  const emulator = await startEmulator({
    models: MODELS,
    archives: { "sentiment_v2.mar": { modelName: "sentiment", version: "2.0", loadMs: 4_000, predictMs: 30 } },
    metricTimeInterval: 1,
  });
  const clients = new Clients(emulator, new DemoLogs(folder));
  clients.start();
  const url = emulator.inferenceUrl;
  const logs = await logsOfFolder(folder);
  const instances = [
    { openmetrics_endpoint: emulator.metricsUrl },
    { inference_api_url: url, extended_metrics: true, inference_probe: { model: "sentiment", body: "fine" } },
    { management_api_url: emulator.managementUrl, extended_metrics: true },
  ];
  return {
    configuration: JSON.stringify({ init_config: {}, instances, logs }),
    close: async () => {
      await clients.close();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Calls the models more and less, fails now and then, and changes what is registered from time to time. */
class Clients {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #ticks = 0;

  constructor(private readonly emulator: Emulator, private readonly logs: DemoLogs) {}

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  #tick(): void {
    const seconds = ++this.#ticks * TICK_MS / 1_000;
    for (const [i, { name, version = "1.0", calls }] of MODELS.entries()) {
      const wave = 1 + 0.6 * Math.sin(seconds / (17 + 7 * i)) + 0.25 * Math.sin(seconds / 3 + i);
      const expected = calls * wave * TICK_MS / 1_000;
      const many = Math.floor(expected) + (Math.random() < expected % 1 ? 1 : 0);
      for (let n = 0; n < many; n++) this.#call(name, version, Math.random() < 0.012 ? "raise" : "input");
      if (calls > 0) this.#queue(name, Math.round(Math.max(0, wave - 1.1) * 12 * calls / 3));
    }
    if (Math.random() < 0.01) this.#call("no-such-model", "1.0", "input");
    if (this.#ticks % CHANGE_TICKS === CHANGE_TICKS / 2) this.#change();
  }

  #call(name: string, version: string, body: string): void {
    if (this.#running.size >= MOST_CALLS) return;
    const call = this.#ask(name, version, body).catch(() => {}).finally(() => this.#running.delete(call));
    this.#running.add(call);
  }

  async #ask(name: string, version: string, body: string): Promise<void> {
    const start = performance.now();
    const response = await fetch(`${this.emulator.inferenceUrl}/predictions/${name}`, {
      method: "POST",
      body,
      signal: this.#stop.signal,
    });
    await response.arrayBuffer();
    this.logs.answered(name, version, response.status, Math.round(performance.now() - start));
  }

  /** What waits in a queue, as the emulator cannot tell from calls. */
  #queue(name: string, pending: number): void {
    const model = this.emulator.models.get(name);
    if (model.pendingRequests === pending) return;
    model.pendingRequests = pending;
    model.remainingCapacity = Math.max(1, 100 - pending);
    this.emulator.models.changed(name);
  }

  #change(): void {
    const { models, managementUrl } = this.emulator;
    const ask = (path: string, method: string) =>
      void fetch(`${managementUrl}${path}`, { method, signal: this.#stop.signal }).then(
        async (response) => void await response.arrayBuffer(),
        () => {},
      );
    const versions = [...models.all()].filter(({ name }) => name === "sentiment").length;
    if (versions === 1) ask("/models?url=sentiment_v2.mar&initial_workers=1&synchronous=false", "POST");
    else ask("/models/sentiment/2.0", "DELETE");
    const isNew = models.get("resnet-18").version === "2.0";
    ask(`/models/resnet-18/${isNew ? "1.0" : "2.0"}/set-default`, "PUT");
  }
}
