import { stringify } from "yaml";
import { INIT_NOTE, LOG_SETTINGS } from "./descriptions/mod.ts";
import { type OptionDoc, optionDocs } from "./option_docs.ts";
import type { OptionGroup } from "./options.ts";

const WIDTH = 120;

/** Breaks a text into comment lines; paragraphs whose lines are indented stay as they are. */
function comment(text: string, indent: string): string[] {
  const start = `${indent}##`;
  return text.split("\n\n").flatMap((paragraph, i) => {
    const lines = /^ /m.test(paragraph) ? paragraph.split("\n") : wrap(paragraph, WIDTH - start.length - 1);
    return [...(i === 0 ? [] : [start]), ...lines.map((line) => `${start} ${line}`)];
  });
}

function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function shownDefault({ default: byDefault, displayDefault }: OptionDoc): string | undefined {
  if (displayDefault !== undefined) return displayDefault;
  const text = byDefault === undefined ? "" : typeof byDefault === "string" ? byDefault : JSON.stringify(byDefault);
  return ["", "{}", "[]"].includes(text) ? undefined : text;
}

/** An option in the Agent's style: name, type and default, what it means, and the option itself, commented out. */
function option(doc: OptionDoc, indent: string, note?: string): string[] {
  const byDefault = shownDefault(doc);
  const presence = doc.required ? "required" : "optional";
  const facts = [doc.name, doc.type, presence, ...(byDefault === undefined ? [] : [`default: ${byDefault}`])];
  const value = stringify({ [doc.name]: doc.example ?? doc.default }, { lineWidth: 0 }).trimEnd().split("\n");
  return [
    `${indent}## @param ${facts.join(" - ")}`,
    ...comment(note === undefined ? doc.text : `${doc.text}\n\n${note}`, indent),
    `${indent}#`,
    ...value.map((line) => doc.required ? `${indent}${line}` : `${indent}# ${line}`),
    "",
  ];
}

function options(docs: readonly OptionDoc[], group: OptionGroup): string[] {
  return docs.filter((doc) => doc.group === group && !doc.required).flatMap((doc) => option(doc, "    "));
}

function endpoint(docs: readonly OptionDoc[], name: string): string[] {
  return docs.filter((doc) => doc.name === name).flatMap((doc) => option(doc, "    "));
}

function initSection(docs: readonly OptionDoc[]): string[] {
  const lines = docs.filter((doc) => doc.init).flatMap((doc) => option(doc, "    ", INIT_NOTE));
  return ["## What is set here is the default of all instances.", "#", "init_config:", "", ...lines];
}

const rule = (title: string) => [`  ## ${title}`, `  ## ${"-".repeat(title.length)}`];

function instances(docs: readonly OptionDoc[]): string[] {
  const own = docs.filter((doc) => doc.group === "http" && doc.kinds.length < 3);
  const shared = docs.filter((doc) => !own.includes(doc));
  const below = "The options of HTTP and of every instance, from proxy to the end of the first instance, act here too.";
  return [
    "## Each instance watches one endpoint, and has exactly one of the keys openmetrics_endpoint, inference_api_url,",
    "## management_api_url and metrics_log. Remove the instances that you do not want.",
    "#",
    "instances:",
    "",
    ...rule("The metrics endpoint of TorchServe"),
    "  -",
    ...endpoint(docs, "openmetrics_endpoint"),
    ...options(shared, "openmetrics"),
    ...options(shared, "http"),
    ...options(shared, "default"),
    ...rule("The inference API of TorchServe"),
    ...comment(below, "  "),
    "  -",
    ...endpoint(docs, "inference_api_url"),
    ...options(shared, "inference"),
    ...own.flatMap((doc) => option(doc, "    ")),
    ...rule("The management API of TorchServe"),
    ...comment(
      `${below} So do ${own.map((doc) => doc.name).join(", ")}, described for the inference API.`,
      "  ",
    ),
    "  -",
    ...endpoint(docs, "management_api_url"),
    ...options(shared, "management"),
    ...rule("The logs of a TorchServe with metrics_mode=log, in place of its metrics endpoint"),
    ...logInstance(docs),
  ];
}

/** An instance for a TorchServe that is configured in another way: commented out as a whole. */
function logInstance(docs: readonly OptionDoc[]): string[] {
  const doc = docs.find((candidate) => candidate.name === "metrics_log");
  if (doc === undefined) return [];
  return [
    `  ## @param ${doc.name} - ${doc.type} - required`,
    ...comment(doc.text, "  "),
    "  #",
    `  # - ${stringify({ [doc.name]: doc.example }).trimEnd()}`,
    "",
  ];
}

function logsSection(): string[] {
  return [
    "## The logs that the host's log agent collects.",
    "##",
    ...LOG_SETTINGS.flatMap(([name, presence, text]) => comment(`${name} - ${presence} - ${text}`, "")),
    "#",
    "# logs:",
    "#   - type: file",
    "#     path: /var/log/torchserve/model_log.log",
    "#     source: torchserve",
    "#     service: <SERVICE>",
    "#   - type: file",
    "#     path: /var/log/torchserve/ts_log.log",
    "#     source: torchserve",
    "#     service: <SERVICE>",
  ];
}

/**
 * The commented example configuration, `conf.yaml.example`, in the style of the Agent: three instances that are valid
 * as they stand, and all other options commented out.
 */
export function exampleConfig(): string {
  const docs = optionDocs();
  return [...initSection(docs), ...instances(docs), ...logsSection(), ""].join("\n");
}
