import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/run.ts";

const ROOT = new URL("../../", import.meta.url);
export const TELEGRAF_VERSION = "1.38.3";

/** A Telegraf with nothing but these plugins, which is built in less time and starts faster than the distributed one. */
export interface TelegrafBuild {
  /** Where it is kept, below `.cache/`. */
  readonly folder: string;
  /** Build tags of Telegraf. */
  readonly plugins: readonly string[];
}

/** What scrapes a page of metrics. */
export const SCRAPING: TelegrafBuild = {
  folder: `telegraf-${TELEGRAF_VERSION}`,
  plugins: ["inputs.prometheus", "outputs.file", "parsers.prometheus", "serializers.influx"],
};

/** What runs our executable, and what takes DogStatsD. */
export const RUNNING: TelegrafBuild = {
  folder: `telegraf-${TELEGRAF_VERSION}-running`,
  plugins: ["inputs.exec", "inputs.execd", "inputs.statsd", "outputs.file", "parsers.influx", "serializers.influx"],
};

/**
 * Telegraf's executable, built under `.cache/` when it is not there yet (some minutes, 80 MB).
 *
 * @throws {Error} when there is no Go that can build it
 */
export async function prepareTelegraf({ folder, plugins }: TelegrafBuild): Promise<string> {
  const built = new URL(`.cache/${folder}/`, ROOT);
  const telegraf = fileURLToPath(new URL("telegraf", built));
  if (existsSync(telegraf)) return telegraf;
  const building = new URL(`.cache/${folder}.${process.pid}/`, ROOT);
  await mkdir(building, { recursive: true });
  try {
    const settings = ["CGO_ENABLED=0", `GOBIN=${fileURLToPath(building)}`];
    const source = `github.com/influxdata/telegraf/cmd/telegraf@v${TELEGRAF_VERSION}`;
    const tags = ["custom", ...plugins].join();
    await run(["env", ...settings, "go", "install", "-trimpath", "-tags", tags, source], { cwd: ROOT, quiet: true });
    await rename(building, built);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return telegraf;
}
