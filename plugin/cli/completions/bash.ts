import { allOf, type Completed, flagsWithValue, placeOf } from "./completed.ts";

/** A script for bash, from 3.2 on; it needs no other. */
export function bashCompletions(program: Completed): string {
  const commands = allOf(program);
  const places = commands.slice(1).map((command) => quoted(placeOf(command)));
  return `# Completions of ${program.name} for bash, from 3.2 on.
# In ~/.bashrc: source <(${program.name} completions bash)

_torchserve_check() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" before="" place="" words="" i
  # bash makes a word of = as well.
  ((COMP_CWORD > 0)) && before="\${COMP_WORDS[COMP_CWORD - 1]}"
  if [[ "$cur" == "=" ]]; then
    cur=""
  elif [[ "$before" == "=" ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place/\${COMP_WORDS[i]}" in
      ${flagsWithValue(program).map(quoted).join(" | \\\n        ")})
        [[ "\${COMP_WORDS[i + 1]}" == "=" ]] && i=$((i + 1))
        [[ "\${COMP_WORDS[i + 1]}" == -* ]] || i=$((i + 1))
        ;;
      ${places.join(" | \\\n        ")})
        place="$place/\${COMP_WORDS[i]}"
        ;;
    esac
  done
  COMPREPLY=()
  case "$place/$before" in
${commands.flatMap(casesOfValues).join("\n")}
  esac
  case "$place" in
${commands.map(caseOfCommand).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

# Where the function has nothing to offer, bash completes the names of files.
complete -o bashdefault -o default -F _torchserve_check ${program.name}
`;
}

/** What stands behind an option: one of its words, a file, or nothing that a shell knows. */
function casesOfValues(command: Completed): string[] {
  return command.options.flatMap(({ flags, value, isOptional }) => {
    if (value === undefined) return [];
    const patterns = flags.map((flag) => quoted(`${placeOf(command)}/${flag}`)).join(" | ");
    const action = value.words.length > 0
      ? `COMPREPLY=($(compgen -W ${quoted(value.words.join(" "))} -- "$cur")); return`
      : value.isFile
      ? "return"
      : "compopt +o default +o bashdefault 2> /dev/null; return";
    // An option may stand where a value may be left out.
    return [`    ${patterns}) ${isOptional ? `[[ "$cur" == -* ]] || { ${action}; }` : action} ;;`];
  });
}

function caseOfCommand(command: Completed): string {
  const { argument, commands, options } = command;
  const flags = options.flatMap((option) => option.flags).join(" ");
  const words = [...commands.map(({ name }) => name), ...argument?.words ?? []].join(" ");
  return `    ${quoted(placeOf(command))}) if [[ "$cur" == -* ]]; then words=${quoted(flags)}; else words=${
    quoted(words)
  }; fi ;;`;
}

/** A word of a shell script that stands for itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
