import { type Command, Option } from "commander";
import { whole } from "./numbers.ts";
import { UsageError } from "./usage_error.ts";

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

/**
 * Refuses a host or a port that a configuration has no variable for: whoever gave it would look at another server.
 *
 * @throws {UsageError} which names the option
 */
export function refuseUnused(text: string, origin: string, { host, port }: TargetOptions): void {
  const given = [["host", host], ["port", port]] as const;
  const [name] = given.find(([name, value]) => value !== undefined && !text.includes(`%%${name}`)) ?? [];
  if (name === undefined) return;
  throw new UsageError(
    `--${name} has no effect: ${origin === "--instance" ? "the configuration" : origin} has no %%${name}%%`,
    `write %%${name}%% where it belongs, or leave the option out`,
  );
}
