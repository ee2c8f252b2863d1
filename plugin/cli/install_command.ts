import type { Command } from "commander";
import type { InstallCommand, UninstallCommand } from "./install.ts";

/** Declares `install` and `uninstall`; they are loaded when they run. */
export function addInstall(program: Command): void {
  const host = "datadog, telegraf, prometheus, nagios, icinga2 (default: that of the directory where this runs)";
  program.command("install").argument("[host]", host)
    .description("put the program and its configuration where a host agent runs it; without a host: which are here")
    .option("--root <directory>", "install into the file system that lies there, such as that of an image")
    .option("--dry-run", "say what would be done, and do nothing", false)
    .option("--force", "replace programs that somebody changed; the old ones stay beside them as NAME.saved", false)
    .option("--from <host>", "where to look for TorchServe, where there is no configuration (default: this machine)")
    .option("--config <file>", "take this configuration, where there is none")
    .option("--binary <file>", "the executable to install (default: this one)")
    .action(async (name: string | undefined, options: InstallCommand) => {
      await (await import("./install.ts")).runInstall(name, options);
    });
  program.command("uninstall").argument("[host]", host)
    .description("remove what install put there, but for what somebody changed")
    .option("--root <directory>", "from the file system that lies there")
    .option("--dry-run", "say what would be done, and do nothing", false)
    .action(async (name: string | undefined, options: UninstallCommand) => {
      await (await import("./install.ts")).runUninstall(name, options);
    });
}
