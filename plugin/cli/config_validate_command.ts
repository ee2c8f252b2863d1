import { type Command, Option } from "commander";
import type { ValidateOptions } from "./config_validate.ts";
import { addTargetOptions } from "./target_options.ts";

/** `config validate`. */
export function addConfigValidate(config: Command): void {
  addTargetOptions(config.command("validate")).argument("[source]", "as for --instance")
    .description("say everything that is wrong with a configuration")
    .option("--strict", "warnings are errors", false)
    .option("--connect", "also ask each endpoint once", false)
    .addOption(new Option("--format <format>", "how to show it").choices(["text", "json"]).default("text"))
    .action(async (source: string | undefined, options: ValidateOptions) => {
      await (await import("./config_validate.ts")).validateSource(source, options);
    });
}
