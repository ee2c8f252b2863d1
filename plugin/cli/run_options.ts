import { type Command, Option } from "commander";
import { FAIL_ON, type FormatOption } from "../formats/mod.ts";
import { seconds, whole } from "./numbers.ts";

/** Those of the options below that not every format takes. */
const FORMAT_OPTIONS: readonly FormatOption[] = ["quiet", "failOn", "verbose", "watch", "perfdata", "to"];

/** Adds what `--instance` may be told of how to run and what to show. */
export function addRunOptions(program: Command): void {
  program
    .addOption(new Option("--output <file>", "write there, at once and whole, in place of standard output"))
    .addOption(new Option("--to <address>", "send DogStatsD's datagrams to udp://HOST:PORT or unix:///PATH"))
    .addOption(new Option("--repeat <n>", "how many times to run").argParser(whole(1)).default(1))
    .addOption(new Option("--interval <seconds>", "from one run to the next").argParser(seconds).default(15))
    .addOption(new Option("--watch", "run until Ctrl-C, and redraw in place").default(false))
    .addOption(
      new Option(
        "--state-dir <directory>",
        "keep there what one process must know of the last: events, differences, running totals",
      ),
    )
    .addOption(new Option("--verbose", "every metric, however many there are").default(false))
    .addOption(
      new Option("--quiet", "only what is not well: errors, warnings, service checks that are not OK").default(false),
    )
    .addOption(new Option("--model <glob>", "only models of such names, such as 'bert*'"))
    .addOption(new Option("--filter <glob>", "only metrics of such names, such as '*.queue.*'"))
    .addOption(
      new Option(
        "--perfdata <glob...>",
        "performance data of metrics and service checks of such names, up to 8 kB (default: of each model health and requests, then what fits in 4 kB)",
      ),
    )
    .addOption(
      new Option(
        "--fail-on <what>",
        "when to end with 1: for a CRITICAL service check or a run that failed; with warning, also for WARNING and UNKNOWN and for a run that is partial",
      ).choices(FAIL_ON).default("critical"),
    );
}

/** Which of the options that not every format takes stand on the command line. */
export function givenFormatOptions(program: Command): readonly FormatOption[] {
  return FORMAT_OPTIONS.filter((name) => program.getOptionValueSource(name) === "cli");
}
