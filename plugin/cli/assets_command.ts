import type { Command } from "commander";
import { Argument, InvalidArgumentError, Option } from "commander";
import { addGroup } from "./command_names.ts";
import { RepeatableOption } from "./repeatable_option.ts";
import type { Renderer } from "../assets/mod.ts";
import type { PushOptions } from "./assets_push.ts";
import type { RenderOptions } from "./assets_render.ts";

/** What `--only` takes; `plugin/assets/push` has the same, which is loaded when it runs. */
const PARTS = ["metadata", "pipeline", "monitors", "dashboards"] as const;

function parts(text: string): (typeof PARTS)[number][] {
  return text.split(",").map((word) => {
    const part = PARTS.find((one) => one === word.trim());
    if (part === undefined) throw new InvalidArgumentError(`expected some of ${PARTS.join(", ")}.`);
    return part;
  });
}

/** What `render` takes. */
const RENDERERS: readonly Renderer[] = ["grafana", "prometheus"];

/** An address that stands in files as it is, without quotes. */
function address(text: string): string {
  if (!/^[\w./][\w.,~:/?&=%@+-]*$/.test(text)) throw new InvalidArgumentError("expected the address of a page.");
  return text;
}

function handle(text: string, before: readonly string[] = []): string[] {
  if (!/^@\S+$/.test(text)) throw new InvalidArgumentError("expected a handle, as @slack-ops.");
  return [...before, text];
}

/** What `push` and `pull` both take. */
function addBackend(command: Command): Command {
  return command
    .addOption(new Option("--to <backend>", "where").choices(["datadog", "grafana"]).default("datadog"))
    .option("--credentials <file>", "with the address and the keys, which only you can read (default: the environment)")
    .option("--state <file>", "what earlier pushes made, and what this one makes")
    .addOption(new Option("--only <parts>", `some of ${PARTS.join(",")}`).argParser(parts))
    .option("--with-pipeline", "also the log pipeline", false)
    .addOption(
      new RepeatableOption("--notify <@handle>", "whom monitors tell; may be given several times").argParser(handle),
    )
    .addHelpText("after", BACKEND_HELP);
}

/** Where the keys come from. */
const BACKEND_HELP = `
Environment, or lines of the credentials file:
  DD_API_KEY, DD_APP_KEY         keys of Datadog; no argument takes them
  DD_SITE, DD_API_URL            its site (default: datadoghq.com), or another address
  GRAFANA_URL, GRAFANA_TOKEN     of Grafana, with --to grafana`;

/** `assets`: a file for each of its commands, loaded when it runs. */
export function addAssets(program: Command): void {
  const assets = addGroup(program, "assets", "dashboards, monitors and what else the integration ships");
  assets.command("list").description("the files inside this program").action(async () => {
    await (await import("./assets.ts")).listAssets();
  });
  assets.command("extract").argument("<directory>", "where to")
    .description("write the files inside this program to a directory")
    .option("--force", "also over files that differ", false)
    .action(async (directory: string, { force }: { force: boolean }) => {
      await (await import("./assets.ts")).extractAssets(directory, force);
    });
  assets.command("render").addArgument(new Argument("<backend>", "for which").choices(RENDERERS))
    .description(
      "write dashboards for Grafana with files for its provisioning, or alert rules for Prometheus with their unit tests",
    )
    .requiredOption("--output <directory>", "where to")
    .option("--force", "also over files that differ", false)
    .addOption(
      new Option("--runbooks <address>", "of the page to which alerts of Prometheus point (default: docs/monitors.md)")
        .argParser(address),
    )
    .action(async (renderer: Renderer, options: RenderOptions) => {
      await (await import("./assets_render.ts")).renderAssets(renderer, options);
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
  addBackend(assets.command("push"))
    .description(
      "bring dashboards, monitors and the metrics' metadata to Datadog, or dashboards to Grafana, again and again; ends with 1 when something was not done",
    )
    .option("--force", "also over what a person has changed there", false)
    .option("--dry-run", "say what would be done, and let Datadog judge the monitors", false)
    .option("--remove", "take back what was pushed", false)
    .action(async (options: PushOptions) => {
      await (await import("./assets_push.ts")).runPush(options);
    });
  addBackend(assets.command("pull"))
    .description("say where a backend differs from what is shipped; ends with 1 when it does")
    .requiredOption("--diff", "say it; nothing is written")
    .action(async (options: PushOptions) => {
      await (await import("./assets_push.ts")).runPull(options);
    });
}
