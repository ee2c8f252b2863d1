import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { validateInstance } from "../../plugin/config/mod.ts";
import type { Report, State } from "../../plugin/report/mod.ts";
import { runCheck } from "../../plugin/run/mod.ts";
import type { Recording } from "../support/replay.ts";
import { type Installation, type RealTorchServe, start, type StartOptions } from "./torchserve.ts";

/** What is done to a server while it is recorded. */
export interface Situation {
  readonly name: string;
  readonly options?: StartOptions;
  /** Options of the instances besides their addresses. */
  readonly instance?: (server: RealTorchServe) => Promise<Record<string, unknown>>;
  /** Done before a step; what goes on longer than a step is not waited for. */
  readonly act: (server: RealTorchServe, step: number) => Promise<void> | void;
}

const post = (url: string, body?: string): Promise<unknown> =>
  fetch(url, { method: "POST", ...body === undefined ? {} : { body } }).then((answer) => answer.text()).catch(() => "");

/** Callers that call two models. */
const used = async ({ inferenceUrl }: RealTorchServe): Promise<void> => {
  await Promise.all([post(`${inferenceUrl}/predictions/alpha`, "a"), post(`${inferenceUrl}/predictions/beta`, "b")]);
};

/** When something happens to a server that ran well until then. */
const AT = 25;

/** The eight situations that the monitors are tried on. */
export const SITUATIONS: readonly Situation[] = [
  { name: "healthy", act: used },
  { name: "idle", act: () => {} },
  {
    name: "deploy",
    act: async (server, step) => {
      await used(server);
      const { managementUrl } = server;
      if (step === AT) void post(`${managementUrl}/models?url=alpha_v2.mar&initial_workers=1&synchronous=true`);
      if (step === AT + 25) await fetch(`${managementUrl}/models/alpha/2.0/set-default`, { method: "PUT" });
      if (step === AT + 30) await fetch(`${managementUrl}/models/alpha/1.0`, { method: "DELETE" });
    },
  },
  {
    name: "crash loop",
    act: async (server, step) => {
      await used(server);
      if (step === AT) void post(`${server.managementUrl}/models?url=broken.mar&initial_workers=1&synchronous=false`);
    },
  },
  {
    name: "queue full",
    options: { models: ["alpha=alpha_v1.mar", "beta=beta.mar", "slow=slow.mar"], config: { job_queue_size: 20 } },
    act: async (server, step) => {
      await used(server);
      if (step >= AT) { for (let i = 0; i < 12; i++) void post(`${server.inferenceUrl}/predictions/slow`, "s"); }
    },
  },
  {
    name: "5xx burst",
    act: async (server, step) => {
      await used(server);
      if (step < AT || step > AT + 20) return;
      for (let i = 0; i < 3; i++) await post(`${server.inferenceUrl}/predictions/alpha`, "raise");
    },
  },
  {
    name: "expired key",
    options: { tokenAuth: true, config: { token_expiration_min: 0.2 } },
    // A copy, as a key has it that was brought to another place: nobody renews it there.
    instance: async ({ keyFile = "", directory }) => {
      const copy = join(directory, "copied_key_file.json");
      await copyFile(keyFile, copy);
      return { token_key_file: copy };
    },
    act: () => {},
  },
  { name: "log mode", options: { metricsMode: "log" }, act: used },
];

/** What of a report is recorded. */
class Recorder {
  readonly #metrics = new Map<string, Recording["metrics"][number]>();
  readonly #checks = new Map<string, Recording["checks"][number]>();
  readonly #events: Recording["events"] = [];

  add(report: Report, step: number): void {
    for (const { name, type, tags, value } of report.metrics) {
      const key = `${name}\n${tags.join("\n")}`;
      const series = this.#metrics.get(key) ?? { name, type, tags: tags.map(withoutPort), values: [] };
      this.#metrics.set(key, series);
      put(series.values, step, Math.round(1_000 * value) / 1_000);
    }
    for (const { name, tags, status } of report.service_checks) {
      const key = `${name}\n${tags.join("\n")}`;
      const series = this.#checks.get(key) ?? { name, tags: tags.map(withoutPort), values: [] };
      this.#checks.set(key, series);
      put(series.values, step, status);
    }
    for (const { msg_title: title, msg_text: text, source_type_name: source } of report.events) {
      this.#events.push({ step, title, text, source });
    }
  }

  recording(situation: string, steps: number): Recording {
    return {
      situation,
      steps,
      metrics: [...this.#metrics.values()],
      checks: [...this.#checks.values()],
      events: this.#events,
    };
  }
}

function put(values: (number | null)[], step: number, value: number): void {
  while (values.length < step) values.push(null);
  values[step] = value;
}

/** Ports are others each time; a recording is to be the same where the server is. */
const withoutPort = (tag: string) => tag.replace(/(http:\/\/127\.0\.0\.1):\d+/, "$1:8080");

/**
 * Records a real TorchServe in a situation.
 *
 * @param stepMs between two steps, each of which stands for one run of a host agent, every 15 seconds
 */
export async function record(
  installation: Installation,
  situation: Situation,
  steps: number,
  stepMs: number,
): Promise<Recording> {
  const server = await start(installation, situation.options);
  const recorder = new Recorder();
  try {
    const more = await situation.instance?.(server) ?? {};
    const instances = [
      { openmetrics_endpoint: server.metricsUrl },
      {
        inference_api_url: server.inferenceUrl,
        extended_metrics: true,
        inference_probe: { model: "beta", body: "probe" },
        ...more,
      },
      { management_api_url: server.managementUrl, extended_metrics: true, ...more },
    ];
    const configs = await Promise.all(instances.map(async (instance) => {
      const result = await validateInstance(instance, {});
      if (!result.ok) throw new Error(JSON.stringify(result.issues));
      return result.config;
    }));
    const states: (State | undefined)[] = configs.map(() => undefined);
    for (let step = 0; step < steps; step++) {
      const next = performance.now() + stepMs;
      await situation.act(server, step);
      const reports = await Promise.all(
        configs.map((config, i) =>
          runCheck({ config, issues: [], hostStartSeconds: 0, state: states[i], timeoutMs: 10_000 })
        ),
      );
      reports.forEach((report, i) => {
        states[i] = report.state;
        recorder.add(report, step);
      });
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    return recorder.recording(situation.name, steps);
  } finally {
    await server.stop();
  }
}
