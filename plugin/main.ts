import "./runtime/console.ts";
import process from "node:process";
import { isMonitoringPlugin } from "./runtime/called_as.ts";
import { isTerminal } from "./runtime/terminal.ts";

/**
 * By the name of a monitoring plugin, one; without arguments and with something else than a person at stdin, the
 * protocol; else a command. Each is loaded when it is needed: a host that runs the check every few seconds must not wait
 * for what it does not use.
 */
const args = process.argv.slice(2);
if (isMonitoringPlugin(process.argv0)) {
  const { runMonitoringPlugin } = await import("./cli/mod.ts");
  await runMonitoringPlugin(args);
} else if (args.length === 0 && !isTerminal(0)) {
  const { serveStdio } = await import("./protocol/mod.ts");
  await serveStdio();
} else {
  const { runCommand } = await import("./cli/mod.ts");
  await runCommand(args);
}
