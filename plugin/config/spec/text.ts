import { stringify } from "yaml";
import type { SpecFile, SpecOption, SpecSection } from "./model.ts";

const HEAD =
  `# Made by \`deno task generate\` of the options in plugin/config; edit these instead. Of the templates that are named here
# nothing is shown: each text of theirs is replaced.
`;

/** The text of `spec.yaml`. */
export function specText(name: string, files: readonly SpecFile[]): string {
  const document = {
    name,
    files: files.map((file) => ({ name: file.name, options: file.sections.map(sectionData) })),
  };
  return `${HEAD}${
    stringify(document, { version: "1.1", lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false })
  }`;
}

function sectionData(section: SpecSection): Record<string, unknown> {
  const { description, template } = section;
  const head = { template, description };
  switch (section.kind) {
    case "option":
      return { ...head, overrides: { "value.example": section.value.example } };
    case "text":
      return { ...head, example: section.example };
    case "options":
      return { ...head, options: section.options.map(optionData) };
    case "instances":
      return {
        ...head,
        multiple_instances_defined: true,
        options: section.instances.map(({ name, description, options }) => ({
          name,
          description,
          options: options.map(optionData),
        })),
      };
  }
}

function optionData({ template, ...option }: SpecOption): Record<string, unknown> {
  if (template === undefined) return { ...option };
  return { template, overrides: { [`${option.name}.description`]: option.description } };
}
