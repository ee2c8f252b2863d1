import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp, Exporter } from "../../plugin/exporter/mod.ts";
import { lookupAddresses } from "../../plugin/runtime/lookup.ts";
import type { Lookup } from "../../plugin/http/mod.ts";

/** An exporter without a socket of its own. */
export interface TestExporter {
  readonly exporter: Exporter;
  /** What it has logged so far, all levels. */
  readonly logged: string[];
  ask(path: string, init?: RequestInit): Promise<Answer>;
  probe(target: string, more?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Writes its file anew; it is read at the next reload. */
  write(config: unknown): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Makes an exporter with this configuration. */
export async function testExporter(config: unknown, resolve: Lookup = lookupAddresses): Promise<TestExporter> {
  const folder = await mkdtemp(join(tmpdir(), "exporter-"));
  const path = join(folder, "exporter.yaml");
  const write = (config: unknown) => writeFile(path, typeof config === "string" ? config : JSON.stringify(config));
  await write(config);
  const logged: string[] = [];
  const exporter = await Exporter.make({
    config: path,
    webConfig: undefined,
    timeoutOffset: 0.5,
    log: (level, message) => logged.push(`${level}: ${message}`),
    environment: {},
    resolve,
    hasProxy: false,
  });
  const app = createApp(exporter);
  const ask = async (path: string, init?: RequestInit) => {
    const response = await app.request(path, init, { gone: new AbortController().signal });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return {
    exporter,
    logged,
    ask,
    probe: (target, more = "", headers = {}) =>
      ask(`/probe?target=${encodeURIComponent(target)}${more}`, { headers: { ...headers } }),
    write,
    close: async () => {
      exporter.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The value of a series without labels, or with these. */
export function value(text: string, series: string): number | undefined {
  const line = text.split("\n").find((line) => line.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
