import type { Command } from "commander";
import { Option } from "commander";

/** `assets`: a file for each of its commands, loaded when it runs. */
export function addAssets(program: Command): void {
  const assets = program.command("assets").description("dashboards, monitors and what else the integration ships");
  assets.command("list").description("the files inside this program").action(async () => {
    await (await import("./assets.ts")).listAssets();
  });
  assets.command("extract").argument("<directory>", "where to")
    .description("write the files inside this program to a directory")
    .option("--force", "also over files that differ", false)
    .action(async (directory: string, { force }: { force: boolean }) => {
      await (await import("./assets.ts")).extractAssets(directory, force);
    });
  assets.command("validate").argument(
    "[folder]",
    "with a manifest.json (default: this one, else what is inside the program)",
  )
    .description("say everything that is wrong with the files; ends with 1 when something is")
    .addOption(new Option("--format <format>", "how to say it").choices(["text", "json"]).default("text"))
    .action(async (folder: string | undefined, { format }: { format: "text" | "json" }) => {
      await (await import("./assets.ts")).validateFiles(folder, format);
    });
}
