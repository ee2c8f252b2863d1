/**
 * The shipped dashboards, live: a page on this machine that draws what runs of the check collect.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { loadDashboards, loadMonitors } from "../assets/mod.ts";
import { shippedEngine } from "../assets/logs/mod.ts";
import { loadCatalogue } from "../catalogue/mod.ts";
import { serve } from "../runtime/serve.ts";
import { VERSION } from "../version.ts";
import {
  Collector,
  History,
  LogFiles,
  type LogFileSettings,
  LogLines,
  type RunAll,
  type WatchedTarget,
} from "./collect/mod.ts";
import { exportedPage } from "./export.ts";
import { type Layout, monitorMessages, viewLayouts } from "./layout.ts";
import { createApp } from "./server/app.ts";
import type { PageParts } from "./server/page.ts";
import { RANGES } from "./view.ts";

export type { LogFileSettings, RunAll, WatchedTarget } from "./collect/mod.ts";

/** What is watched, and how. */
export interface PreviewOptions {
  readonly targets: readonly WatchedTarget[];
  readonly logFiles: readonly LogFileSettings[];
  /** Runs all of the targets once. */
  readonly runAll: RunAll;
  /** Whole seconds between two runs. */
  readonly interval: number;
}

/** Characters of the token, as hexadecimal digits of random bytes. */
const TOKEN_BYTES = 24;

/** A preview, ready to collect. */
export async function makePreview({ targets, logFiles, runAll, interval }: PreviewOptions): Promise<Preview> {
  const [dashboards, monitors, catalogue, engine, parts] = await Promise.all([
    loadDashboards(),
    loadMonitors(),
    loadCatalogue(),
    shippedEngine(),
    import("./embedded_page.ts"),
  ]);
  const history = new History({
    host: hostname(),
    interval,
    targets,
    dashboards,
    monitors,
    catalogue,
    logs: new LogLines(engine, logFiles.map((settings) => new LogFiles(settings))),
    now: Math.floor(Date.now() / 1_000 / interval) * interval,
  });
  const layout = {
    version: VERSION,
    views: viewLayouts(dashboards),
    messages: monitorMessages(monitors),
    ranges: RANGES,
  };
  return new Preview(new Collector(history, runAll), layout, { script: parts.SCRIPT, style: parts.STYLE });
}

/** Collects, and shows what it has. */
export class Preview {
  constructor(
    readonly collector: Collector,
    private readonly layout: Layout,
    private readonly parts: PageParts,
  ) {}

  /**
   * Serves the page on this machine alone.
   *
   * @param port 0: any
   * @returns its address, with the token that lets in
   * @throws {Error} when the port cannot be listened on
   */
  async listen(port: number): Promise<{ readonly url: string; close(): Promise<void> }> {
    const token = randomBytes(TOKEN_BYTES).toString("hex");
    const app = createApp({ collector: this.collector, layout: this.layout, parts: this.parts, token });
    const server = await serve(async (request, connection) => await app.fetch(request, { connection }), { port });
    return { url: `${server.url}/${token}/`, close: () => server.close() };
  }

  /** What was collected so far as a page that needs no server. */
  exported(): string {
    const view = { name: "overview", range: 0, variables: new Map<string, string>() } as const;
    return exportedPage(this.collector.history, this.layout, this.parts, view);
  }
}
