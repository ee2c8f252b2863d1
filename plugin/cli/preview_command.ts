import { type Command, Option } from "commander";
import { whole } from "./numbers.ts";
import type { PreviewCommand } from "./preview.ts";
import { addTargetOptions } from "./target_options.ts";

/** Declares `preview`; it is loaded when it runs. */
export function addPreview(program: Command): void {
  addTargetOptions(program.command("preview")).argument("[source]", "as for --instance")
    .description("draw the shipped dashboards, live, on a page of this machine, from what the check collects")
    .option("--demo", "of an embedded TorchServe with clients that call its models", false)
    .addOption(new Option("--listen <port>", "of the page (0: any)").argParser(whole(0, 65_535)).default(0))
    .addOption(
      new Option("--interval <seconds>", "between two runs (default: 5; 1 with --demo)").argParser(whole(1, 3_600)),
    )
    .option("--export <file>", "collect for a while, write the page with what was seen to a file, and end")
    .addOption(new Option("--for <seconds>", "how long --export collects").argParser(whole(1, 86_400)).default(60))
    .action(async (source: string | undefined, options: PreviewCommand) => {
      await (await import("./preview.ts")).runPreview(source, options);
    });
}
