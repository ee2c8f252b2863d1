import type { Command } from "commander";
import { writeStdout } from "../../runtime/stdout.ts";
import { type Completed, completedOf } from "./completed.ts";
import type { Shell } from "./shells.ts";

/** `completions`: a script that completes the commands and options of a program in a shell. */
export async function printCompletions(program: Command, shell: Shell): Promise<void> {
  writeStdout(await completionsFor(shell, completedOf(program)));
}

/** The script of a shell for a program. */
export async function completionsFor(shell: Shell, program: Completed): Promise<string> {
  switch (shell) {
    case "bash":
      return (await import("./bash.ts")).bashCompletions(program);
    case "zsh":
      return (await import("./zsh.ts")).zshCompletions(program);
    case "fish":
      return (await import("./fish.ts")).fishCompletions(program);
    case "powershell":
      return (await import("./powershell.ts")).powershellCompletions(program);
  }
}
