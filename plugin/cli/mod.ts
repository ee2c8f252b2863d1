import { CommanderError } from "commander";
import { EXIT } from "../formats/mod.ts";
import { compileAsUsual } from "../runtime/jit.ts";
import { OutputError, setExitStatus } from "../runtime/stdout.ts";
import { buildProgram } from "./program.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs the command that a person typed. The exit status is the command's; 2 for wrong usage or configuration, 1 when
 * the output cannot be written.
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    const program = buildProgram();
    // One look at an instance is over before compiling pays (bench: start, "--instance").
    program.hook("preAction", (_, command) => {
      if (command !== program) compileAsUsual();
    });
    await program.parseAsync(args, { from: "user" });
  } catch (thrown) {
    setExitStatus(tellFailure(thrown));
  }
}

/** What to do about output that cannot be written, by the system's codes. */
const REMEDIES: readonly (readonly [codes: RegExp, remedy: string])[] = [
  [/^(?:ENOSPC|EDQUOT)/, "make room there, or write elsewhere"],
  [/^(?:EACCES|EPERM|EROFS)/, "let this user write there, or write elsewhere"],
  [/^ENOENT/, "make the directory, or name a file in one that is there"],
  [/^no regular file/, "name a file that may be replaced; without --output it goes to standard output"],
  [/^(?:ENOTFOUND|EAI_|ECONN|ENETUN|EHOSTUN)/, "look at the address, and whether somebody listens there"],
];

/** Tells why a command ended early; returns its exit status. */
function tellFailure(thrown: unknown): number {
  // Commander has told it itself, or printed the help that was asked for.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (thrown instanceof UsageError) {
    tell(`torchserve-check: ${thrown.message}`);
    tell(`What to do: ${thrown.hint}`);
    return EXIT.usage;
  }
  if (thrown instanceof OutputError) {
    // Whoever ends a pipe early, as `head` does, knows it.
    if (thrown.code === "EPIPE") return EXIT.failed;
    tell(`torchserve-check: ${thrown.message}`);
    tell(`What to do: ${REMEDIES.find(([codes]) => codes.test(thrown.code))?.[1] ?? "write elsewhere"}`);
    return EXIT.failed;
  }
  const told = thrown instanceof Error ? thrown.stack ?? thrown.message : String(thrown);
  tell(`torchserve-check: internal error, please report it: ${told}`);
  return EXIT.failed;
}

/** The state of a monitoring plugin that cannot say one. */
const UNKNOWN = 3;

/** The program as the monitoring plugin `check_torchserve`; the exit status is the state. */
export async function runMonitoringPlugin(args: readonly string[]): Promise<void> {
  compileAsUsual();
  try {
    await (await import("./monitoring/plugin.ts")).runMonitoringPlugin(args);
  } catch (thrown) {
    // The text of the state itself could not be written.
    tellFailure(thrown);
    setExitStatus(UNKNOWN);
  }
}
