import { type Command, InvalidArgumentError, Option } from "commander";
import { ANNOTATED, LABEL_FORMS } from "../config/mod.ts";
import type { DockerCommand, KubernetesCommand } from "./config_containers.ts";

/** What Compose and Kubernetes take for names, and YAML for plain text. */
function name(text: string): string {
  if (/^[a-z0-9][a-z0-9_.-]{0,62}$/i.test(text) && !/^[\d._-]+$/.test(text)) return text;
  throw new InvalidArgumentError("expected a name of letters, digits, -, _ and .");
}

/** `config docker` and `config kubernetes`. */
export function addConfigContainers(config: Command): void {
  const printed = ["--container-logs", "also collect what the container prints", false] as const;
  const source = "as for --instance";
  config.command("docker").argument("[source]", source)
    .description("print a configuration as labels of a container, which the Datadog Agent reads")
    .addOption(
      new Option("--as <form>", "a compose file, or lines for docker run").choices(LABEL_FORMS).default("compose"),
    )
    .option("--service <name>", "of the compose file", name, "torchserve")
    .option(...printed)
    .action(async (source: string | undefined, options: DockerCommand) => {
      await (await import("./config_containers.ts")).printLabels(source, options);
    });
  config.command("kubernetes").argument("[source]", source)
    .description("print a configuration as a patch with annotations, which the Datadog Agent reads")
    .addOption(new Option("--on <object>", "what to annotate").choices(ANNOTATED).default("deployment"))
    .option("--name <name>", "of the object", name, "torchserve")
    .option("--container <name>", "of the pod, which runs TorchServe", name, "torchserve")
    .option(...printed)
    .action(async (source: string | undefined, options: KubernetesCommand) => {
      await (await import("./config_containers.ts")).printAnnotations(source, options);
    });
}
