import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../../plugin/emulator/mod.ts";
import { freePorts } from "../free_ports.ts";

/** What a host that knows four states must show of a server: each in a file of its own, by the state's name. */
export interface States {
  /** The configuration of each. */
  readonly files: Readonly<Record<StateName, string>>;
  close(): Promise<void>;
}

/** The states of monitoring plugins, by their exit status. */
export const STATE_NAMES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;
export type StateName = (typeof STATE_NAMES)[number];

/** How many models each server has. */
export const MODELS = 50;

/**
 * Starts servers with 50 models, and writes a configuration for each state: all is well; metrics go to a log; nothing
 * listens; a configuration that is wrong.
 *
 * @param directory where the configurations go, readable for all
 */
export async function startStates(directory: string): Promise<States> {
  const models = Array.from({ length: MODELS }, (_, i) => ({ name: `model_${i + 1}` }));
  const [well, logging] = await Promise.all([
    startEmulator({ models }),
    startEmulator({ models, metricsMode: "log", logDirectory: directory }),
  ]);
  await Promise.all(models.map(({ name }) => predict(well, name)));
  const [nobody] = await freePorts(1);
  const urls = ({ metricsUrl, inferenceUrl, managementUrl }: Emulator) => [
    { openmetrics_endpoint: metricsUrl },
    { inference_api_url: inferenceUrl },
    { management_api_url: managementUrl, extended_metrics: true },
  ];
  const instances: Record<StateName, readonly unknown[]> = {
    OK: urls(well),
    WARNING: urls(logging),
    CRITICAL: [...urls(well), { inference_api_url: `http://127.0.0.1:${nobody}` }],
    UNKNOWN: [{ inference_api_url: well.inferenceUrl, timeout: "soon" }],
  };
  const files = Object.fromEntries(STATE_NAMES.map((state) => {
    const file = join(directory, `${state.toLowerCase()}.yaml`);
    writeFileSync(file, JSON.stringify({ instances: instances[state] }));
    return [state, file];
  })) as Record<StateName, string>;
  return { files, close: () => Promise.all([well.close(), logging.close()]).then(() => {}) };
}

async function predict({ inferenceUrl }: Emulator, model: string): Promise<void> {
  const response = await fetch(`${inferenceUrl}/predictions/${model}`, { method: "POST", body: "x" });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${model}: ${response.status}`);
}

/** What a host kept of one check. */
export interface Shown {
  readonly state: number;
  /** The first line, without performance data. */
  readonly output: string;
  /** Labels with their values as the host has them. */
  readonly perfdata: ReadonlyMap<string, string>;
}

/** `label=value;…` items, whose labels may be quoted, as a host keeps them in one text. */
export function parsePerfdata(text: string): Map<string, string> {
  const items = text.matchAll(/('(?:[^']|'')*'|[^\s'=]+)=(\S+)/g);
  return new Map([...items].map(([, label = "", value = ""]) => [label.replace(/^'|'$/g, ""), value]));
}
