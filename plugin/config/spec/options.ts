import { valueSchema } from "../json_schema.ts";
import type { OptionDoc } from "../option_docs.ts";
import { optionOf } from "../options.ts";
import { descriptionLines } from "./description.ts";
import type { SpecOption } from "./model.ts";
import { specValue } from "./values.ts";

/** Where options stand: below a section, or below an instance. */
export const OPTION_INDENT = 4;

/** What the example shows as default; `null` shows none. */
function displayDefault({ default: byDefault, displayDefault }: OptionDoc): string | number | boolean | null {
  if (displayDefault !== undefined) return displayDefault;
  if (typeof byDefault === "boolean" || typeof byDefault === "number") return byDefault;
  const text = byDefault === undefined ? "" : typeof byDefault === "string" ? byDefault : JSON.stringify(byDefault);
  return ["", "{}", "[]"].includes(text) ? null : text;
}

/**
 * An option as the specification has it.
 *
 * @param note a paragraph after its description
 */
export function specOption(doc: OptionDoc, note?: string): SpecOption {
  const example = doc.example ?? doc.default;
  return {
    name: doc.name,
    ...(doc.required ? { required: true } : {}),
    ...(doc.secret ? { secret: true } : {}),
    description: descriptionLines(note === undefined ? doc.text : `${doc.text}\n\n${note}`, OPTION_INDENT),
    value: {
      ...specValue(valueSchema(optionOf(doc.name).schema())),
      display_default: displayDefault(doc),
      example,
    },
  };
}
