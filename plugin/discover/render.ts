import { oneLine } from "../text/mod.ts";
import type { ConfigDraft, InstanceDraft, Scalar } from "./draft.ts";

const WIDTH = 120;

/** A YAML file with comments, which tell what was found and what was not. */
export function renderYaml({ servers, notes }: ConfigDraft, heading: string): string {
  const lines = [...comment(heading, ""), "", "init_config:", "", "instances:"];
  for (const server of servers) {
    lines.push("", ...comment(server.heading, "  "), ...server.instances.flatMap(instanceLines));
  }
  if (notes.length > 0) lines.push("", ...notes.flatMap((note) => comment(note, "")));
  return `${lines.join("\n")}\n`;
}

/** A JSON file, without comments. */
export function renderJson({ servers }: ConfigDraft): string {
  const instances = servers.flatMap((server) => server.instances).filter(({ active }) => active);
  return `${JSON.stringify({ init_config: {}, instances: instances.map(({ instance }) => instance) }, null, 2)}\n`;
}

/** All that the comments of the YAML file say, one line for each. */
export function remarks({ servers, notes }: ConfigDraft): string[] {
  const of = ({ comments, suggestions }: InstanceDraft) => [
    ...comments,
    ...suggestions.map(({ comment, options }) => `${comment} ${JSON.stringify(options)}`),
  ];
  return [...servers.flatMap((server) => [server.heading, ...server.instances.flatMap(of)]), ...notes].map(oneLine);
}

function instanceLines({ comments, instance, suggestions, active }: InstanceDraft): string[] {
  const [first = "", ...others] = optionLines(instance);
  const start = active ? "  " : "  # ";
  return [
    "",
    ...comments.flatMap((text) => comment(text, "  ")),
    `${start}- ${first}`,
    ...others.map((line) => `${start}  ${line}`),
    ...suggestions.flatMap((suggestion) => [
      ...comment(suggestion.comment, "    "),
      ...optionLines(suggestion.options).map((line) => `    # ${line}`),
    ]),
  ];
}

function optionLines(options: InstanceDraft["instance"]): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    typeof value === "object"
      ? [`${name}:`, ...optionLines(value).map((line) => `  ${line}`)]
      : [`${name}: ${scalar(value)}`]
  );
}

/** Plain where that cannot be read as anything else, else in double quotes (YAML 1.1, section 5.7). */
function scalar(value: Scalar): string {
  if (typeof value !== "string") return String(value);
  if (/^(?:\/|https?:\/\/)[\w./:[\]-]*[\w/]$/.test(value)) return value;
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped);
}

/** A text as lines of comment. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text).split(/\s+/)) {
    if (line !== "" && indent.length + 2 + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((content) => `${indent}# ${content}`);
}
