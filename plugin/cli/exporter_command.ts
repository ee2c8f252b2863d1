import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExporterCommand } from "./exporter.ts";
import { LOG_THRESHOLDS } from "./instance_options.ts";

/** This machine only, on a port outside the list of Prometheus' exporters (docs/decisions/0064). */
const DEFAULT_LISTEN_ADDRESS = "127.0.0.1:19082";

/** Declares `exporter`; it is loaded when it runs. */
export function addExporter(program: Command): void {
  program.command("exporter").description(
    "serve Prometheus: a scrape of /probe?target=HOST runs the check of that target",
  )
    .requiredOption("--config <file>", "which targets may be probed, and how (docs/hosts/prometheus.md)")
    .addOption(
      new Option("--web.listen-address <host:port...>", "where to listen; :PORT is every address of this machine")
        .default([DEFAULT_LISTEN_ADDRESS], DEFAULT_LISTEN_ADDRESS),
    )
    .option("--web.config.file <file>", "TLS, client certificates and users, as exporters of Prometheus read them")
    .addOption(
      new Option("--timeout-offset <seconds>", "how long before the end of a scrape's time its probe ends")
        .argParser(seconds).default(0.5),
    )
    .addOption(new Option("--log-level <level>", "what to tell on stderr").choices([...LOG_THRESHOLDS]).default("info"))
    .action(async (options: ExporterCommand) => {
      await (await import("./exporter.ts")).runExporter(options);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("expected a number of seconds");
}
