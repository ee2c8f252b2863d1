import type { Command, Option } from "commander";
import { isRepeatable } from "./repeatable_option.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";
import { refuseWithoutEffect } from "./without_effect.ts";

/**
 * Has a program refuse, before anything runs, what a person would wait for in vain: options that are given twice, of
 * which one would win without a word, options of the whole program before a command that does not take them, and options
 * without effect beside the others.
 */
export function makeStrict(program: Command): void {
  tellRemedies(program);
  refuseRepeated(program);
  program.hook("preAction", (_, command) => {
    if (command !== program) refuseBefore(program, command);
    refuseWithoutEffect(pathOf(command), command);
  });
}

/** The words that call a command, without the program's name: `config validate`; `""` for the program itself. */
export function pathOf(command: Command): string {
  const above = command.parent === null ? [] : [pathOf(command.parent), command.name()];
  return above.filter((word) => word !== "").join(" ");
}

/** Has a command, and those below it, refuse options that are given twice and take one value. */
export function refuseRepeated(command: Command): void {
  for (const option of command.options.filter((one) => !isRepeatable(one))) {
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) {
        throw new UsageError(`${nameOf(option)} is given twice`, "give it once");
      }
      isGiven = true;
    });
  }
  for (const below of command.commands) refuseRepeated(below);
}

/** Options before a command are the whole program's; none of them is for a command. */
function refuseBefore(program: Command, command: Command): void {
  const name = givenBefore(program);
  if (name === undefined) return;
  const path = pathOf(command);
  const isOfCommand = command.options.some((option) => nameOf(option) === name);
  throw new UsageError(
    `${name} before ${path} has no effect`,
    isOfCommand ? `write it behind the command: torchserve-check ${path} ${name} …` : "leave it out",
  );
}

/** The first of the whole program's options that stands on the command line; `undefined` where none does. */
export function givenBefore(program: Command): string | undefined {
  const given = program.options.find((option) => program.getOptionValueSource(option.attributeName()) === "cli");
  return given === undefined ? undefined : nameOf(given);
}

/** Without anything to run: the help, unless somebody said how to run it. */
export function askForSource(program: Command): void {
  const how = givenBefore(program);
  if (how === undefined) return program.outputHelp();
  throw new UsageError(
    `${how} says how to run a configuration, and none is named`,
    `name a file or a URL; or, for the usual conf.yaml: torchserve-check --instance ${how}`,
  );
}

/** Has commander's own complaints say what to do, and begin as all others do. */
function tellRemedies(command: Command): void {
  const help = `torchserve-check help ${pathOf(command)}`.trimEnd();
  command.configureOutput({
    outputError: (text) => {
      const [message = "", more = ""] = text.trimEnd().split("\n");
      tell(`torchserve-check: ${message.replace(/^error: /, "")}`);
      tell(`What to do: ${more === "" ? help : more.replace(/^\(Did (.*)\)$/, "did $1")}`);
    },
  });
  for (const below of command.commands) tellRemedies(below);
}

const nameOf = ({ long, short }: Option): string => long ?? short ?? "";
