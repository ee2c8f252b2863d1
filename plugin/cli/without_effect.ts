import type { Command } from "commander";
import { UsageError } from "./usage_error.ts";

type Options = Readonly<Record<string, unknown>>;

/** An option that means nothing unless another says something. */
interface Dependent {
  /** As {@linkcode pathOf} says it. */
  readonly command: string;
  /** The option's key among the options, and what people call it. */
  readonly key: string;
  readonly name: string;
  readonly hasEffect: (options: Options, words: readonly string[]) => boolean;
  /** Where it has none: `without --write`. */
  readonly where: string;
  readonly remedy: string;
}

/** Some of the parts that `assets push` and `pull` bring; all of them where none is named. */
const brings = ({ only }: Options, part: string) => !Array.isArray(only) || only.includes(part);

const DEPENDENTS: readonly Dependent[] = [
  {
    command: "",
    key: "interval",
    name: "--interval",
    hasEffect: ({ repeat, watch }) => watch === true || repeat !== 1,
    where: "on a single run",
    remedy: "add --repeat N or --watch",
  },
  {
    command: "",
    key: "repeat",
    name: "--repeat",
    hasEffect: ({ watch }) => watch !== true,
    where: "on --watch, which runs until Ctrl-C",
    remedy: "leave one of them out",
  },
  {
    command: "discover",
    key: "force",
    name: "--force",
    hasEffect: ({ write }) => write !== undefined,
    where: "without --write",
    remedy: "add --write FILE",
  },
  {
    command: "config docker",
    key: "service",
    name: "--service",
    hasEffect: ({ as }) => as === "compose",
    where: "on the lines for docker run, which name no service",
    remedy: "leave it out, or use --as compose",
  },
  {
    command: "config kubernetes",
    key: "container",
    name: "--container",
    hasEffect: ({ on }) => on !== "service" && on !== "endpoints",
    where: "on the annotations of a Service, which name no container",
    remedy: "leave it out, or annotate the pods: --on deployment",
  },
  {
    command: "emulate",
    key: "logs",
    name: "--logs",
    hasEffect: ({ metricsMode }) => metricsMode === "log",
    where: "on --metrics-mode prometheus",
    remedy: "add --metrics-mode log, or leave it out",
  },
  {
    command: "preview",
    key: "for",
    name: "--for",
    hasEffect: (options) => options["export"] !== undefined,
    where: "without --export",
    remedy: "add --export FILE",
  },
  {
    command: "preview",
    key: "listen",
    name: "--listen",
    hasEffect: (options) => options["export"] === undefined,
    where: "beside --export, which serves no page",
    remedy: "leave one of them out",
  },
  ...(["host", "port"] as const).map((key): Dependent => ({
    command: "preview",
    key,
    name: `--${key}`,
    hasEffect: ({ demo }) => demo !== true,
    where: "on --demo, which brings a TorchServe of its own",
    remedy: "leave one of them out",
  })),
  {
    command: "install",
    key: "from",
    name: "--from",
    hasEffect: ({ config }) => config === undefined,
    where: "beside --config, which has the configuration already",
    remedy: "leave one of them out",
  },
  {
    command: "assets render",
    key: "runbooks",
    name: "--runbooks",
    hasEffect: (_, [backend]) => backend === "prometheus",
    where: "on dashboards for Grafana",
    remedy: "leave it out, or render prometheus",
  },
  ...["push", "pull"].flatMap((command): Dependent[] => [
    {
      command: `assets ${command}`,
      key: "notify",
      name: "--notify",
      hasEffect: (options) => options["to"] === "grafana" || brings(options, "monitors"),
      where: "without monitors",
      remedy: "add them: --only …,monitors",
    },
    {
      command: `assets ${command}`,
      key: "withPipeline",
      name: "--with-pipeline",
      hasEffect: (options) => options["to"] === "grafana" || brings(options, "pipeline"),
      where: "beside an --only that does not name the pipeline",
      remedy: "name it there: --only …,pipeline",
    },
  ]),
];

/**
 * Refuses an option that was given and has no effect beside the others.
 *
 * @throws {UsageError} that names it, and what to do
 */
export function refuseWithoutEffect(path: string, command: Command): void {
  const options = command.opts();
  for (const { key, name, hasEffect, where, remedy } of DEPENDENTS.filter((one) => one.command === path)) {
    if (command.getOptionValueSource(key) !== "cli" || hasEffect(options, command.args)) continue;
    throw new UsageError(`${name} has no effect ${where}`, remedy);
  }
}
