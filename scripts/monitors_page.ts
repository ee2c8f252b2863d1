import { readFile } from "node:fs/promises";
import type { Message, Monitor } from "../plugin/assets/description/monitor.ts";
import { MONITORS } from "../plugin/assets/description/monitors/mod.ts";
import { alertRule } from "../plugin/assets/prometheus/rules.ts";
import { anchorOf } from "../plugin/assets/prometheus/annotations.ts";
import { loadCatalogue } from "../plugin/catalogue/mod.ts";

const NEEDS: Readonly<Record<NonNullable<Monitor["needs"]>, string>> = {
  extended_metrics: "`extended_metrics: true`",
  inference_probe: "`inference_probe`",
  gpu: "a GPU",
};

/** docs/monitors.md: what each monitor means and what to do, which alerts point to. */
export async function monitorsPage(generated: string): Promise<string> {
  const metrics = await loadCatalogue();
  const rows = MONITORS.map((monitor) => {
    const { title, key, priority, severity, needs } = monitor;
    const { alert } = alertRule(monitor, metrics, "");
    const needed = needs === undefined ? "" : NEEDS[needs];
    return `| [${title}](#${anchorOf(title)}) | \`${key}\` | ${priority} | \`${alert}\` | ${severity} | ${needed} |`;
  });
  const sections = MONITORS.flatMap((monitor) => {
    const { expr, for: pending } = alertRule(monitor, metrics, "");
    return [
      `## ${monitor.title}`,
      "",
      monitor.description,
      "",
      ...explained(monitor.message),
      "Datadog:",
      "",
      ...code(monitor.query),
      `Prometheus, for ${pending}:`,
      "",
      ...code(expr),
    ];
  });
  return [
    "<!-- deno-fmt-ignore-file -->",
    "",
    "# Monitors",
    "",
    generated,
    "",
    await readFile(new URL("texts/monitors.md", import.meta.url), "utf8"),
    "| monitor | in Datadog | priority | in Prometheus | severity | needs |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
    ...sections,
  ].join("\n").trimEnd() + "\n";
}

function explained({ what, why, todo, where }: Message): string[] {
  const list = (items: readonly string[], mark: (i: number) => string) => items.map((item, i) => `${mark(i)} ${item}`);
  return [
    `> ${what.replace(/\{\{(\w+)(?:\.name)?\}\}/g, "*$1*")}`,
    "",
    "Why:",
    "",
    ...list(why, () => "-"),
    "",
    "What to do:",
    "",
    ...list(todo, (i) => `${i + 1}.`),
    "",
    "Where to look:",
    "",
    ...list(where, () => "-"),
    "",
  ];
}

const code = (text: string) => ["```", text, "```", ""];
