import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run } from "../scripts/run.ts";
import { type Section, tableMarkdown, tableText, targetTable } from "./table.ts";

const FILE = new URL("RESULTS.md", import.meta.url);

/** What a run of the bench was, and what it found. */
export interface Results {
  readonly command: string;
  readonly started: Date;
  readonly machine: readonly string[];
  readonly sections: readonly Section[];
}

/** A section for a terminal. */
export function sectionText({ title, notes = [], tables, missing }: Section): string {
  return [
    `\n== ${title}\n`,
    ...notes.map((note) => `(${note})\n`),
    ...missing.map((each) => `not measured: ${each}\n`),
    ...tables.map(tableText),
  ].join("\n");
}

/** All targets for a terminal. */
export function targetsText(sections: readonly Section[]): string {
  return `\n${tableText(targetTable(sections.flatMap(({ targets }) => targets)))}`;
}

/** Keeps the results in `bench/RESULTS.md`. */
export async function writeResults({ command, started, machine, sections }: Results): Promise<void> {
  const targets = sections.flatMap((section) => section.targets);
  const missing = sections.flatMap((section) => section.missing);
  await writeFile(
    FILE,
    [
      "# Results",
      "",
      `Written by \`${command}\` on ${
        started.toISOString().slice(0, 10)
      }; how each figure is taken stands with its table.`,
      "All programs are measured in turn, round after round, on the same generated texts (`bench/generate.ts`); figures are",
      "medians. MB are 10^6 bytes; a ratio above 1 is in our favour, one below it in the other's.",
      "",
      ...machine.map((line) => `- ${line}`),
      ...missing.map((each) => `- not measured: ${each}`),
      "",
      tableMarkdown({ ...targetTable(targets), title: "Targets" }).replace("### ", "## "),
      ...sections.flatMap(({ title, notes = [], tables }) => [
        `## ${title}`,
        "",
        ...notes.flatMap((note) => [note, ""]),
        ...tables.map(tableMarkdown),
      ]),
    ].join("\n"),
  );
  const file = fileURLToPath(FILE);
  await run([Deno.execPath(), "fmt", "--quiet", file], { cwd: new URL(".", FILE), quiet: true });
}
