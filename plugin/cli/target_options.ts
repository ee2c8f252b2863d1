import { type Command, Option } from "commander";
import { whole } from "./numbers.ts";

/** What stands for the variables of a configuration that a host agent fills in when it discovers a service. */
export interface TargetOptions {
  /** For `%%host%%`. */
  readonly host?: string | undefined;
  /** For `%%port%%`. */
  readonly port?: number | undefined;
}

/** Declares the options that fill `%%host%%` and `%%port%%`. */
export function addTargetOptions(command: Command): Command {
  return command
    .addOption(new Option("--host <host>", "what %%host%% in the configuration stands for"))
    .addOption(
      new Option("--port <port>", "what %%port%% in the configuration stands for").argParser(whole(1, 65_535)),
    );
}
