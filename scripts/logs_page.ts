import { readFile } from "node:fs/promises";
import { CONTAINER_LOGS } from "../plugin/config/descriptions/logs.ts";
import { LOG_ATTRIBUTES } from "../plugin/assets/logs/attributes.ts";
import { shippedPipeline } from "../plugin/assets/logs/mod.ts";

const text = (name: string) => readFile(new URL(`texts/${name}`, import.meta.url), "utf8");

/** docs/logs.md: what to collect, and the attributes that the pipeline finds. */
export async function logsPage(generated: string): Promise<string> {
  const { facets } = await shippedPipeline();
  const rows = Object.entries(LOG_ATTRIBUTES).map(([path, meaning]) => {
    const unit = facets.find((facet) => facet.path === path)?.unit?.name ?? "";
    return `| \`@${path}\` | ${unit} | ${meaning} |`;
  });
  return [
    "<!-- deno-fmt-ignore-file -->",
    "",
    "# Logs",
    "",
    generated,
    "",
    await text("logs.md"),
    "```json",
    JSON.stringify(CONTAINER_LOGS, null, 2),
    "```",
    await text("logs_after.md"),
    "| attribute | unit | meaning |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
