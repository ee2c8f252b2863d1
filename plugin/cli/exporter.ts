import process from "node:process";
import {
  readListenAddress,
  type RunningExporter,
  SettingsError,
  startExporter,
  WebConfigError,
} from "../exporter/mod.ts";
import { namesProxy } from "../http/mod.ts";
import { ListenError } from "../runtime/listen_error.ts";
import { lookupAddresses } from "../runtime/lookup.ts";
import { logTo } from "./log.ts";
import type { LogThreshold } from "./instance_options.ts";
import { UsageError } from "./usage_error.ts";

export interface ExporterCommand {
  readonly config: string;
  readonly "web.listenAddress": readonly string[];
  readonly "web.config.file"?: string;
  readonly timeoutOffset: number;
  readonly logLevel: LogThreshold;
}

/** `exporter`: serves until SIGTERM or Ctrl-C; SIGHUP reads the configuration again. */
export async function runExporter(options: ExporterCommand): Promise<void> {
  const log = logTo(options.logLevel);
  const listen = options["web.listenAddress"].map((text) => {
    const address = readListenAddress(text);
    if (address !== undefined) return address;
    throw new UsageError(`--web.listen-address ${text}: no address`, "write HOST:PORT, or :PORT for every address");
  });
  let running: RunningExporter;
  try {
    running = await startExporter({
      config: options.config,
      webConfig: options["web.config.file"],
      timeoutOffset: options.timeoutOffset,
      listen,
      log,
      environment: process.env,
      resolve: lookupAddresses,
      hasProxy: namesProxy(process.env),
    });
  } catch (thrown) {
    if (thrown instanceof SettingsError || thrown instanceof WebConfigError) {
      throw new UsageError(thrown.message, "docs/hosts/prometheus.md has both files with all that they may hold");
    }
    if (thrown instanceof ListenError) {
      throw new UsageError(`exporter: ${thrown.message}`, "give a free address: --web.listen-address HOST:PORT");
    }
    if (thrown instanceof Error && "code" in thrown) {
      throw new UsageError(`cannot listen: ${thrown.message}`, "look at the certificate and its key");
    }
    throw thrown;
  }
  for (const [i, url] of running.urls.entries()) {
    const isOpen = listen[i]?.hostname === undefined;
    log("info", `listening on ${url}${isOpen ? ", at every address of this machine" : ""}`);
  }
  const onHangUp = () => void running.exporter.reload().catch(() => {});
  process.on("SIGHUP", onHangUp);
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await running.close();
  process.off("SIGHUP", onHangUp);
}
