import { Argument, type Command } from "commander";
import { type Shell, SHELLS } from "./completions/shells.ts";

/** Declares `completions`; what makes them is loaded when it runs. */
export function addCompletions(program: Command): void {
  program.command("completions").addArgument(new Argument("<shell>", "for which").choices(SHELLS))
    .description("print what completes commands and options in a shell")
    .action(async (shell: Shell) => {
      await (await import("./completions/mod.ts")).printCompletions(program, shell);
    });
}
