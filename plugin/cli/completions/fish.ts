import { allOf, type Completed, type CompletedOption, flagsWithValue, placeOf } from "./completed.ts";

/** A script for fish. */
export function fishCompletions(program: Completed): string {
  const commands = allOf(program);
  return `# Completions of ${program.name} for fish.
# ${program.name} completions fish > ~/.config/fish/completions/${program.name}.fish

function __torchserve_check_at --description 'whether the line so far calls this command'
    set -l place ''
    set -l is_value no
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        if test $is_value = yes
            set is_value no
            string match -q -- '-*' $word; or continue
        end
        switch "$place/$word"
            case ${flagsWithValue(program).map(quoted).join(" \\\n                ")}
                set is_value yes
            case ${commands.slice(1).map((command) => quoted(placeOf(command))).join(" \\\n                ")}
                set place "$place/$word"
        end
    end
    test "$place" = "$argv[1]"
end

${commands.flatMap((command) => linesOf(program.name, command)).join("\n")}
`;
}

function linesOf(program: string, command: Completed): string[] {
  const { argument, commands, options } = command;
  const start = `complete -c ${program} -n ${quoted(`__torchserve_check_at "${placeOf(command)}"`)}`;
  const words = argument?.words.join(" ") ?? "";
  return [
    ...argument?.isFile ? [] : [`${start} -f`],
    ...words === "" ? [] : [`${start} -a ${quoted(words)}`],
    ...commands.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${start}${flagsOf(option)} -d ${quoted(option.description)}`),
  ];
}

function flagsOf({ flags, value, isOptional }: CompletedOption): string {
  const names = flags.map((flag) => flag.startsWith("--") ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`).join("");
  if (value === undefined) return names;
  if (value.isFile) return isOptional ? names : `${names} -r`;
  return `${names} -x${value.words.length === 0 ? "" : ` -a ${quoted(value.words.join(" "))}`}`;
}

/** A word in single quotes, in which fish reads backslashes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
