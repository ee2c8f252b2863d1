import { type Command, Option } from "commander";
import { LOG_THRESHOLDS } from "./instance_options.ts";
import { addTargetOptions } from "./target_options.ts";
import type { TelegrafCommand } from "./telegraf.ts";

/** Declares the command `telegraf`. */
export function addTelegraf(program: Command): void {
  addTargetOptions(program.command("telegraf"))
    .description('stay connected to Telegraf\'s inputs.execd (signal = "STDIN"): each newline on stdin is a gather')
    .addOption(new Option("--config <file>", "the configuration (default: conf.yaml here, else the Agent's)"))
    .option("--state-dir <directory>", "keep there what one process must know of the last: events, running totals")
    .addOption(
      new Option("--log-level <level>", "what to tell Telegraf's log").choices([...LOG_THRESHOLDS]).default("info"),
    )
    .action(async (options: TelegrafCommand) => {
      await (await import("./telegraf.ts")).runTelegraf(options);
    });
}
