import type { Argument, Command, Option } from "commander";
import { HOST_NAMES } from "../../hosts/mod.ts";
import { pathOf } from "../strict_options.ts";
import { isRepeatable } from "../repeatable_option.ts";

/** What a shell can offer for a value: words, files, or nothing that it knows. */
export type Value = { readonly name: string; readonly words: readonly string[]; readonly isFile: boolean };

/** An option, as a shell completes it. */
export interface CompletedOption {
  /** `-v`, `--version`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What stands behind it; `undefined` where nothing does. */
  readonly value: Value | undefined;
  /** The value may be left out. */
  readonly isOptional: boolean;
  readonly isRepeatable: boolean;
}

/** A command, as a shell completes it. */
export interface Completed {
  readonly name: string;
  /** The words that call it, behind the program's name. */
  readonly path: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly Completed[];
  /** What stands behind it and is no option; `undefined` where nothing does. */
  readonly argument: Value | undefined;
}

/** Placeholders that stand for files. */
const FILES = ["file", "directory", "folder", "source", "target"];

/** Hosts are checked where they are used, with words of their own. */
const WORDS: Readonly<Record<string, readonly string[]>> = { install: HOST_NAMES, uninstall: HOST_NAMES };

/** What is completed of a program, read from the program that runs. */
export function completedOf(command: Command): Completed {
  const path = pathOf(command);
  const [argument] = command.registeredArguments;
  const help: CompletedOption = {
    flags: ["-h", "--help"],
    description: "display help for command",
    value: undefined,
    isOptional: false,
    isRepeatable: false,
  };
  return {
    name: command.name(),
    path,
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(completedOption), help],
    commands: command.commands.map(completedOf),
    argument: argumentOf(command, argument, path),
  };
}

function argumentOf(command: Command, argument: Argument | undefined, path: string): Value | undefined {
  if (argument === undefined) return undefined;
  if (path === "help") return { name: "command", words: (command.parent?.commands ?? []).map(wordOf), isFile: false };
  // The words of a command that has others below it are these; the program itself takes a file as well.
  if (command.commands.length > 0) return path === "" ? { name: "file", words: [], isFile: true } : undefined;
  return valueOf(argument.name(), argument.argChoices ?? WORDS[path] ?? []);
}

function completedOption(option: Option): CompletedOption {
  const { short, long, description, optional, required, argChoices = [] } = option;
  const placeholder = /[<[]([^>\]]*)[>\]]/.exec(option.flags)?.[1] ?? "";
  return {
    flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
    description,
    value: optional || required ? valueOf(placeholder.replace(/\.\.\.$/, ""), argChoices) : undefined,
    isOptional: optional,
    isRepeatable: isRepeatable(option),
  };
}

function valueOf(name: string, words: readonly string[]): Value {
  return { name, words, isFile: words.length === 0 && FILES.includes(name) };
}

const wordOf = (command: Command): string => command.name();

/** A command, and all below it. */
export function allOf(command: Completed): Completed[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** Where a command stands, as scripts write it: `/config/validate`; `""` for the program. */
export function placeOf({ path }: Completed): string {
  return path === "" ? "" : `/${path.replaceAll(" ", "/")}`;
}

/** The flags of all options that take a value, each behind the place of its command. */
export function flagsWithValue(program: Completed): string[] {
  return allOf(program).flatMap((command) =>
    command.options.filter(({ value }) => value !== undefined)
      .flatMap(({ flags }) => flags.map((flag) => `${placeOf(command)}/${flag}`))
  );
}
