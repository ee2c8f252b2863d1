import { CommanderError } from "commander";
import { setExitStatus, writeStderr } from "../runtime/stdout.ts";
import { buildProgram } from "./program.ts";
import { UsageError } from "./usage_error.ts";

/** Runs the command that a person typed. Exit status: 0 fine, 1 the check failed, 2 wrong usage or configuration. */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(args, { from: "user" });
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      setExitStatus(thrown.exitCode === 0 ? 0 : 2);
    } else if (thrown instanceof UsageError) {
      writeStderr(`torchserve-check: ${thrown.message}`);
      if (thrown.hint !== undefined) writeStderr(`What to do: ${thrown.hint}`);
      setExitStatus(2);
    } else {
      throw thrown;
    }
  }
}
