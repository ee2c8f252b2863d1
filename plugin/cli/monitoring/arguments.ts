import { Command, InvalidArgumentError, Option } from "commander";
import { whole } from "../numbers.ts";
import { RepeatableOption } from "../repeatable_option.ts";
import { refuseRepeated } from "../strict_options.ts";
import type { Endpoints } from "./endpoints.ts";
import { parseRange, type Range } from "./range.ts";

/** What the plugin was told. */
export interface PluginArguments extends Endpoints {
  /** A configuration, in place of a host. */
  readonly config?: string | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly warning?: Range | undefined;
  readonly critical?: Range | undefined;
  /** The metrics that the ranges are of: a glob of full names; without it they are of the time that the check takes. */
  readonly metric?: string | undefined;
  /** How many times `-v` was given. */
  readonly verbose: number;
}

/** Declares the options, with the names that the guidelines give them. */
export function pluginCommand(write: (text: string) => void): Command {
  const range = (text: string): Range => {
    try {
      return parseRange(text);
    } catch (thrown) {
      throw new InvalidArgumentError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const command = new Command("check_torchserve")
    .description("Checks PyTorch TorchServe: its inference, management and metrics API.")
    .helpOption("-h, --help", "print this")
    .option("-V, --version", "print the version")
    .option("-H, --hostname <address>", "the host; its three endpoints on their usual ports, unless -p or -u say which")
    .addOption(new Option("-p, --port <port>", "of one endpoint").argParser(whole(1, 65_535)))
    .option("-u, --url <url>", "a path that ends with /ping, /models or /metrics, or a whole URL")
    .option("-S, --ssl", "ask over TLS", false)
    .option("--config <file>", "a configuration with instances, in place of -H: options, credentials, several servers")
    .addOption(new Option("-t, --timeout <seconds>", "of the whole check").argParser(whole(1, 3_600)).default(10))
    .addOption(new Option("-w, --warning <range>", "WARNING where the value is outside").argParser(range))
    .addOption(new Option("-c, --critical <range>", "CRITICAL where the value is outside").argParser(range))
    .option(
      "-m, --metric <glob>",
      "what the ranges are of: metrics by name (default: the time of the check, in seconds)",
    )
    .addOption(
      new RepeatableOption("-v, --verbose", "more: -v service checks, -vv metrics, -vvv requests")
        .argParser((_: unknown, count: number) => count + 1).default(0),
    )
    .addHelpText(
      "after",
      "\nRanges: 10 (0 to 10), 10: (10 and more), ~:10 (10 and less), 10:20, @10:20 (alert within).\n" +
        "States: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (wrong usage or configuration, and --help).\n\n" +
        "  check_torchserve -H torchserve-1\n" +
        "  check_torchserve -H torchserve-1 -p 8080 -w 1 -c 5\n" +
        "  check_torchserve -H torchserve-1 -p 8082 -m 'torchserve.openmetrics.queue.time' -w 100 -c 500",
    )
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => {} });
  refuseRepeated(command);
  return command;
}
