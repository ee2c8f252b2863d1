import { FORMAT_OPTIONS } from "../plugin/cli/instance.ts";
import { FORMAT_NAMES, loadFormat } from "../plugin/formats/mod.ts";

const INTRODUCTION =
  `\`torchserve-check conf.yaml --format FORMAT\` says how the reports of a run are written. A format refuses options that
mean nothing to it. What others wrote, such as the name of a model, is in it without any control character.
`;

/** docs/formats.md: what each format is for. */
export async function formatsPage(generated: string): Promise<string> {
  const rows = await Promise.all(FORMAT_NAMES.map(async (name) => {
    const { purpose, takes } = await loadFormat(name);
    const options = takes.map((option) => `\`${FORMAT_OPTIONS[option].name}\``);
    return `| \`${name}\` | ${purpose} | ${options.join(", ") || "none"} |`;
  }));
  return [
    "<!-- deno-fmt-ignore-file -->",
    "",
    "# Formats",
    "",
    generated,
    "",
    INTRODUCTION,
    "| format | what it is | options of some formats that it takes |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
