import { Argument, type Command } from "commander";
import { nearest, withoutSecrets } from "../config/mod.ts";
import { pathOf } from "./strict_options.ts";
import { UsageError } from "./usage_error.ts";

/** The commands of a program or of a group of commands, by name. */
export function namesBelow(command: Command): string[] {
  return command.commands.map((below) => below.name());
}

/** A command that only stands for the commands below it. */
export function addGroup(program: Command, name: string, description: string): Command {
  const group = program.command(name).description(description).usage("<command> [options]");
  return group.addArgument(new Argument("[command...]")).action(([word]: string[]) => {
    if (word !== undefined) throw unknownCommand(word, group);
    throw new UsageError(
      `${name}: name one of its commands: ${namesBelow(group).join(", ")}`,
      `torchserve-check help ${name}`,
    );
  });
}

/** Declares `help`, which takes the words of a command: `help config validate`. */
export function addHelpCommand(program: Command): void {
  program.command("help").argument("[command...]", "the words that call it: config validate")
    .description("how the program, or one of its commands, is used")
    .action((words: string[]) => {
      let at = program;
      for (const word of words) {
        const below = at.commands.find((one) => one.name() === word);
        if (below === undefined) throw unknownCommand(word, at);
        at = below;
      }
      at.outputHelp();
    });
}

/** Wrong usage: a word is none of the commands there. */
export function unknownCommand(word: string, at: Command): UsageError {
  const path = pathOf(at);
  const known = nearest(word, namesBelow(at));
  const message = `${path === "" ? "" : `${path}: `}unknown command ${JSON.stringify(withoutSecrets(word))}`;
  return new UsageError(
    message,
    known === undefined ? `torchserve-check help ${path}`.trimEnd() : `did you mean ${known}?`,
  );
}
