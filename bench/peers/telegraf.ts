import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/run.ts";

const ROOT = new URL("../../", import.meta.url);
export const TELEGRAF_VERSION = "1.38.3";
const FOLDER = new URL(`.cache/telegraf-${TELEGRAF_VERSION}/`, ROOT);

/** A Telegraf with nothing but what is measured, which makes it smaller and faster than the one that is distributed. */
const TAGS = "custom,inputs.prometheus,outputs.file,parsers.prometheus,serializers.influx";

/**
 * Telegraf's executable, built under `.cache/` when it is not there yet (some minutes, 80 MB).
 *
 * @throws {Error} when there is no Go that can build it
 */
export async function prepareTelegraf(): Promise<string> {
  const telegraf = fileURLToPath(new URL("telegraf", FOLDER));
  if (existsSync(telegraf)) return telegraf;
  const building = new URL(`.cache/telegraf-${TELEGRAF_VERSION}.${process.pid}/`, ROOT);
  await mkdir(building, { recursive: true });
  try {
    const settings = ["CGO_ENABLED=0", `GOBIN=${fileURLToPath(building)}`];
    const source = `github.com/influxdata/telegraf/cmd/telegraf@v${TELEGRAF_VERSION}`;
    await run(["env", ...settings, "go", "install", "-trimpath", "-tags", TAGS, source], { cwd: ROOT, quiet: true });
    await rename(building, FOLDER);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return telegraf;
}

/**
 * Writes a configuration that scrapes one URL once. The buffer is larger than Telegraf's default, which would drop most
 * of a large scrape; metric_version 2 is the faster one of its two ways to lay samples out.
 */
export async function writeTelegrafConfig(path: string, url: string, output: string): Promise<void> {
  const lines = [
    "[agent]",
    "  omit_hostname = true",
    "  quiet = true",
    "  metric_buffer_limit = 1000000",
    "[[inputs.prometheus]]",
    `  urls = [${JSON.stringify(url)}]`,
    "  metric_version = 2",
    "[[outputs.file]]",
    `  files = [${JSON.stringify(output)}]`,
    '  data_format = "influx"',
  ];
  await writeFile(path, lines.join("\n") + "\n");
}
