import { type Command, Option } from "commander";
import type { DoctorOptions } from "./doctor.ts";
import { seconds } from "./numbers.ts";
import { addTargetOptions } from "./target_options.ts";

/** Adds the command `doctor`. */
export function addDoctor(program: Command): void {
  addTargetOptions(program.command("doctor")).argument(
    "[target]",
    "a host, a URL, a configuration, or - (standard input)",
  )
    .description("say what is wrong with a TorchServe, why, and what to do; it asks and reads, and changes nothing")
    .option(
      "--ports <list>",
      "of a host: 8080,8081,9000-9010 (default: 8080,8081,8082, and those of its processes here)",
    )
    .addOption(new Option("--timeout <seconds>", "of each probe of a port").argParser(seconds).default(2))
    .addOption(new Option("--format <format>", "what to print").choices(["text", "json"]).default("text"))
    .action(async (target: string | undefined, options: DoctorOptions) => {
      await (await import("./doctor.ts")).runDoctor(target, options);
    });
}
