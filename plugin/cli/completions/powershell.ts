import { allOf, type Completed, flagsWithValue, placeOf, type Value } from "./completed.ts";

/** A script for PowerShell, from 5 on. */
export function powershellCompletions(program: Completed): string {
  const commands = allOf(program);
  const values = commands.flatMap((command) =>
    command.options.flatMap(({ flags, value }) =>
      value === undefined || value.words.length === 0
        ? []
        : flags.map((flag) => `    ${quoted(`${placeOf(command)}/${flag}`)} = ${wordsOf(value)}`)
    )
  );
  return `# Completions of ${program.name} for PowerShell.
# In $PROFILE: ${program.name} completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ${program.name} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $withValue = @(
${flagsWithValue(program).map((flag) => `    ${quoted(flag)}`).join("\n")}
  )
  $values = @{
${values.join("\n")}
  }
  $offers = @{
${commands.map(offersOf).join("\n")}
  }
  $place = ''
  $before = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
    $word = $element.Extent.Text
    if (($withValue -ccontains $before) -and -not $word.StartsWith('-')) {
      $before = ''
      continue
    }
    $before = "$place/$word"
    if ($offers.ContainsKey($before)) { $place = $before }
  }
  if ($withValue -ccontains $before) {
    $entries = @($values[$before] | Where-Object { $_ } | ForEach-Object { , @($_, $_) })
  } else {
    $entries = $offers[$place]
  }
  foreach ($entry in $entries) {
    if ($entry[0] -like "$wordToComplete*") {
      [System.Management.Automation.CompletionResult]::new($entry[0], $entry[0], 'ParameterValue', $entry[1])
    }
  }
}
`;
}

function offersOf(command: Completed): string {
  const { argument, commands, options } = command;
  const entries = [
    ...commands.map(({ name, description }) => [name, description] as const),
    ...argument?.words.map((word) => [word, word] as const) ?? [],
    ...options.flatMap(({ flags, description }) => flags.map((flag) => [flag, description] as const)),
  ];
  const lines = entries.map(([word, tip]) => `      , @(${quoted(word)}, ${quoted(tip)})`);
  return `    ${quoted(placeOf(command))} = @(\n${lines.join("\n")}\n    )`;
}

const wordsOf = ({ words }: Value): string => `@(${words.map(quoted).join(", ")})`;

/** A word that stands for itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
