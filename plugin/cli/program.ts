import { Argument, Command, Option } from "commander";
import { FORMAT_NAMES } from "../formats/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { addAbout, versionText } from "./about_command.ts";
import { addAssets } from "./assets_command.ts";
import { sourceOf } from "./bare_argument.ts";
import { addGroup, addHelpCommand } from "./command_names.ts";
import { addCompletions } from "./completions_command.ts";
import { addConfigValidate } from "./config_validate_command.ts";
import { addConfigContainers } from "./config_containers_command.ts";
import type { EmulateOptions } from "./emulate.ts";
import { type InstanceOptions, LOG_THRESHOLDS } from "./instance_options.ts";
import { addExporter } from "./exporter_command.ts";
import type { DiscoverCommand } from "./discover.ts";
import { addDoctor } from "./doctor_command.ts";
import { seconds, whole } from "./numbers.ts";
import { addPreview } from "./preview_command.ts";
import { addRunOptions, givenFormatOptions } from "./run_options.ts";
import { addHelp } from "./help.ts";
import { addInstall } from "./install_command.ts";
import { askForSource, makeStrict } from "./strict_options.ts";
import { addTelegraf } from "./telegraf_command.ts";
import { addTargetOptions } from "./target_options.ts";
import { tell } from "./tell.ts";

type RootOptions = Omit<InstanceOptions, "source" | "log" | "given"> & {
  readonly instance?: string | true;
  readonly logLevel: InstanceOptions["log"];
};

/** The command line: one file for each command, loaded when it runs. */
export function buildProgram(): Command {
  const program = new Command("torchserve-check")
    .description(
      "Watches PyTorch TorchServe for a host agent: metrics, service checks and events of its three endpoints.",
    )
    .usage("[options] [command | FILE | URL]")
    .addOption(
      new Option(
        "--instance [source]",
        "run the instances of a file (a conf.yaml, a compose file, manifests of Kubernetes), of YAML or JSON given here, of a URL, or of - (standard input), once, and show what they find (default: conf.yaml here, else the Agent's)",
      ),
    )
    .addOption(new Option("--index <n>", "only this instance of the file, from 0").argParser(whole(0)))
    .addOption(new Option("--format <format>", "how to show a report").choices(FORMAT_NAMES).default(FORMAT_NAMES[0]))
    .addOption(
      new Option("--log-level <level>", "what to tell on stderr").choices([...LOG_THRESHOLDS]).default("warning"),
    )
    .version(versionText(), "-v, --version", "print the version, the commit and what runs it")
    .helpCommand(false)
    .exitOverride()
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => writeStdout(text),
      writeErr: (text) => text.trimEnd().split("\n").forEach(tell),
    })
    .addArgument(new Argument("[command...]").argOptional())
    .action(async (words: string[], options: RootOptions) => {
      const source = sourceOf(words, options.instance, program);
      if (source === undefined) return askForSource(program);
      const { runInstances } = await import("./instance.ts");
      await runInstances({
        ...options,
        source: source === true ? undefined : source,
        log: options.logLevel,
        given: givenFormatOptions(program),
      });
    });
  addRunOptions(program);
  addTargetOptions(program);
  addDiscover(program);
  addDoctor(program);
  addConfig(program);
  addAssets(program);
  addDemo(program);
  addPreview(program);
  addExporter(program);
  addTelegraf(program);
  addInstall(program);
  addAbout(program);
  addCompletions(program);
  addHelpCommand(program);
  addHelp(program);
  makeStrict(program);
  return program;
}

function addDiscover(program: Command): void {
  program.command("discover").argument("[host]", "a name, an address or a URL, perhaps with a port", "localhost")
    .description("find TorchServe on a host, and print a configuration that watches it")
    .option(
      "--ports <list>",
      "where to look: 8080,8081,9000-9010 (default: 8080,8081,8082, and those of TorchServe's processes here)",
    )
    .addOption(new Option("--timeout <seconds>", "of each probe").argParser(seconds).default(2))
    .addOption(new Option("--format <format>", "what to print").choices(["yaml", "json"]).default("yaml"))
    .option("--write [file]", "write it to a file (default: conf.yaml here), and print nothing else")
    .option("--force", "also over a file that exists", false)
    .action(async (host: string, options: DiscoverCommand) => {
      await (await import("./discover.ts")).runDiscover(host, options);
    });
}

function addConfig(program: Command): void {
  const config = addGroup(program, "config", "configuration files");
  config.command("example").description("print a commented configuration with every option").action(async () => {
    await (await import("./config.ts")).printExample();
  });
  addConfigValidate(config);
  config.command("schema").description("print the JSON Schema of configuration files").action(async () => {
    await (await import("./config.ts")).printSchema();
  });
  addConfigContainers(config);
}

function addDemo(program: Command): void {
  program.command("demo").description("start an embedded TorchServe and run the check against it").action(async () => {
    await (await import("./demo.ts")).runDemo();
  });
  program.command("emulate").description("start an embedded TorchServe and keep it running")
    .option("--host <address>", "where it listens", "127.0.0.1")
    .option(
      "--port <port>",
      "of the inference API; management and metrics take the next two (0: any)",
      whole(0, 65_533),
      8080,
    )
    .option("--models <n>", "how many models it has (0: the demo's two)", whole(0, 100_000), 0)
    .option("--token-auth <directory>", "token authorization on, with key_file.json in this directory")
    .addOption(
      new Option("--metrics-mode <mode>", "where metrics go").choices(["prometheus", "log"]).default("prometheus"),
    )
    .option("--logs <directory>", "where metrics-mode log writes its files")
    .option("--delay <ms>", "answer everything this late, to try timeouts", whole(0, 3_600_000))
    .option("--status <code>", "answer everything with this status, to see failures", whole(100, 599))
    .action(async (options: EmulateOptions) => {
      await (await import("./emulate.ts")).runEmulator(options);
    });
}
