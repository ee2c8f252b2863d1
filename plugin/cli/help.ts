import { type Command, Help } from "commander";
import { COMMAND_HELP } from "./command_help.ts";
import { pathOf } from "./strict_options.ts";

/** What the help of the whole program ends with. */
const PROTOCOL =
  "\nWithout arguments, and with a pipe as standard input, it speaks its JSON protocol (docs/protocol.md).";

const USUAL = new Help();

/** Adds examples and exit statuses to the help of a program and of each of its commands. */
export function addHelp(command: Command): void {
  const path = pathOf(command);
  const help = COMMAND_HELP[path];
  if (help !== undefined) {
    const examples = rows(help.examples.map(([words, what]) => [`torchserve-check ${words}`.trimEnd(), what]));
    const statuses = rows(Object.entries(help.statuses));
    const more = path === "" ? `\n${PROTOCOL}` : "";
    command.addHelpText("after", `\nExamples:\n${examples}\n\nExit status:\n${statuses}${more}`);
  }
  command.configureHelp({
    // That a switch is off says nothing.
    optionDescription: (option) => option.defaultValue === false ? option.description : USUAL.optionDescription(option),
  });
  for (const below of command.commands) addHelp(below);
}

/** Two columns. */
function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
}
