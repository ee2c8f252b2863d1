import { allOf, type Completed, type CompletedOption, placeOf, type Value } from "./completed.ts";

/** A script for zsh: a file of its `fpath`, or to be sourced behind `compinit`. */
export function zshCompletions(program: Completed): string {
  return `#compdef ${program.name}
# Completions of ${program.name} for zsh, behind compinit.
# In ~/.zshrc: source <(${program.name} completions zsh)

${allOf(program).map(functionOf).join("\n\n")}

if [[ "$funcstack[1]" == "_${program.name}" ]]; then
  _torchserve_check "$@"
else
  compdef _torchserve_check ${program.name}
fi
`;
}

const nameOf = (command: Completed): string => `_torchserve_check${placeOf(command).replace(/[^\w]/g, "_")}`;

function functionOf(command: Completed): string {
  const name = nameOf(command);
  const specs = command.options.flatMap(optionSpecs);
  if (command.commands.length === 0) {
    const { argument } = command;
    // What is known of it does not depend on how many there are.
    const rest = argument === undefined ? [] : [`'*:${escaped(argument.name)}:${actionOf(argument)}'`];
    return `${name}() {\n  _arguments -s ${[...specs, ...rest].map(line).join("")}\n}`;
  }
  const described = command.commands.map(({ name, description }) => `    '${escaped(name)}:${escaped(description)}'`);
  const offered = command.argument?.isFile ? "_files" : ":";
  return `${name}_commands() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  _describe -t commands 'command' commands
  ${offered}
}

${name}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C -s ${specs.map(line).join("")}${line(`'1:command:${name}_commands'`)}${line("'*::argument:->below'")}
  [[ "$state" == below ]] || return
  case "$words[1]" in
${command.commands.map((below) => `    (${below.name}) ${nameOf(below)} ;;`).join("\n")}
    (*) _arguments -s ${specs.map(line).join("")} ;;
  esac
}`;
}

const line = (spec: string): string => ` \\\n    ${spec}`;

/** One for each flag; one of them excludes the others. */
function optionSpecs({ flags, description, value, isOptional, isRepeatable }: CompletedOption): string[] {
  const behind = value === undefined ? "" : `${isOptional ? "::" : ":"}${escaped(value.name)}:${actionOf(value)}`;
  return flags.map((flag) => {
    const before = isRepeatable ? "*" : flags.length > 1 ? `(${flags.join(" ")})` : "";
    const equals = value === undefined ? "" : flag.startsWith("--") ? "=" : "+";
    return `'${before}${flag}${equals}[${escaped(description)}]${behind}'`;
  });
}

function actionOf({ words, isFile }: Value): string {
  return words.length > 0 ? `(${words.map(escaped).join(" ")})` : isFile ? "_files" : " ";
}

/** Text inside a specification, which stands in single quotes. */
function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&").replaceAll("'", `'\\''`);
}
