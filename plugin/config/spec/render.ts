import { stringify } from "yaml";
import type { SpecFile, SpecInstance, SpecOption, SpecSection, SpecValue } from "./model.ts";

/**
 * The commented file that the Agent's tools make of a file of the specification, by the rules of
 * `datadog_checks.dev.tooling.configuration.consumers.ExampleConsumer`.
 */
export function renderFile({ sections }: SpecFile): string {
  return `${sections.map((section) => renderSection(section).join("\n")).join("\n\n")}\n`;
}

function renderSection(section: SpecSection): string[] {
  const head = [...comment(section.description, ""), "#"];
  switch (section.kind) {
    case "option":
      return renderOption(section, "");
    case "text":
      return [...head, ...yamlLines({ [section.name]: section.example }, true).map((line) => `# ${line}`)];
    case "options":
      return [
        ...head,
        `${section.name}:`,
        ...section.options.flatMap((option) => ["", ...renderOption(option, INDENT)]),
      ];
    case "instances":
      return [...head, `${section.name}:`, ...section.instances.flatMap(renderInstance)];
  }
}

const INDENT = "    ";

function renderInstance({ description, options }: SpecInstance): string[] {
  const [first, ...others] = options;
  if (first === undefined) return [];
  return [
    "",
    ...comment(description, INDENT),
    ...optionHead(first, INDENT),
    ...yamlLines([{ [first.name]: first.value.example }], false).map((line) => `${INDENT.slice(2)}${line}`),
    ...others.flatMap((option) => ["", ...renderOption(option, INDENT)]),
  ];
}

function renderOption(option: SpecOption, indent: string): string[] {
  const { name, value: { example }, required = false } = option;
  const lines = yamlLines({ [name]: example }, Array.isArray(example) && example.length > 0);
  return [...optionHead(option, indent), ...lines.map((line) => `${indent}${required ? "" : "# "}${line}`)];
}

/** Name, type and default of an option, and what it means. */
function optionHead({ name, description, value, required = false }: SpecOption, indent: string): string[] {
  const { display_default: byDefault } = value;
  const facts = [name, typeName(value), required ? "required" : "optional"];
  if (!required && byDefault !== null && byDefault !== undefined) facts.push(`default: ${byDefault}`);
  return [`${indent}## @param ${facts.join(" - ")}`, ...comment(description, indent), `${indent}#`];
}

/** A type in the words of the Agent's tools. */
function typeName({ type, anyOf, items }: SpecValue): string {
  if (Array.isArray(anyOf)) return anyOf.map((value: SpecValue) => typeName(value)).join(" or ");
  if (type === "object") return "mapping";
  if (type !== "array") return String(type);
  const item = items as SpecValue;
  if (item.anyOf !== undefined) return `(list of ${typeName(item)})`;
  return `list of ${typeName(item)}s`;
}

function comment(description: string, indent: string): string[] {
  const lines = description.replace(/\n$/, "").split("\n");
  return description === "" ? [] : lines.map((line) => line === "" ? `${indent}##` : `${indent}## ${line}`);
}

/** A value as PyYAML writes it: lists stand at the column of their key, but for that of an option. */
function yamlLines(value: unknown, indentsList: boolean): string[] {
  const text = stringify(value, { version: "1.1", lineWidth: 0, singleQuote: true, indentSeq: false });
  return text.trimEnd().split("\n").map((line, i) => indentsList && i > 0 ? `  ${line}` : line);
}
