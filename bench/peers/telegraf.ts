import { writeFile } from "node:fs/promises";

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
