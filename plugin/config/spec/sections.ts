import { INIT_NOTE, LOG_SETTINGS } from "../descriptions/mod.ts";
import { LOG_SOURCES } from "../descriptions/logs.ts";
import type { OptionDoc } from "../option_docs.ts";
import { descriptionLines, titled } from "./description.ts";
import type { SpecFile, SpecInstance, SpecOption, SpecSection } from "./model.ts";
import { OPTION_INDENT, specOption } from "./options.ts";

/** What a section is to the Agent; its own words about it stand in the file instead. */
function section(name: "init_config" | "instances" | "logs" | "ad_identifiers", text: string) {
  return { name, template: name, description: descriptionLines(text, 0) };
}

function optionOf(docs: readonly OptionDoc[], name: string): OptionDoc {
  const doc = docs.find((candidate) => candidate.name === name);
  if (doc === undefined) throw new Error(`Found no option ${name}; expected one.`);
  return doc;
}

/** Its only option that every check of the Agent has is taken from the Agent's template, and comes last. */
function initSection(docs: readonly OptionDoc[]): SpecSection {
  const options = docs.filter((doc) => doc.init).map((doc) => specOption(doc, INIT_NOTE));
  const isService = ({ name }: SpecOption) => name === "service";
  const service = options.filter(isService).map((option) => ({ ...option, template: "init_config/default" }));
  return {
    kind: "options",
    ...section("init_config", "What is set here is the default of all instances."),
    options: [...options.filter((option) => !isService(option)), ...service],
  };
}

const SHARED = "The options of HTTP and of every instance, from proxy to the end of the first instance, act here too.";

function instances(docs: readonly OptionDoc[]): SpecInstance[] {
  const own = docs.filter((doc) => doc.group === "http" && doc.kinds.length < 3);
  const ofGroup = (group: OptionDoc["group"]) =>
    docs.filter((doc) => doc.group === group && !doc.required && !own.includes(doc)).map((doc) => specOption(doc));
  const endpoint = (name: string) => specOption(optionOf(docs, name));
  const heading = (title: string, text: string) => titled(title, text, OPTION_INDENT);
  const logs = specOption(
    { ...optionOf(docs, "metrics_log"), required: false },
    "It stands in place of openmetrics_endpoint: an instance has one of them.",
  );
  return [
    {
      name: "openmetrics",
      description: heading("The metrics endpoint of TorchServe, or its logs", ""),
      options: [
        endpoint("openmetrics_endpoint"),
        logs,
        ...ofGroup("openmetrics"),
        ...ofGroup("http"),
        ...ofGroup("default"),
      ],
    },
    {
      name: "inference",
      description: heading("The inference API of TorchServe", SHARED),
      options: [endpoint("inference_api_url"), ...ofGroup("inference"), ...own.map((doc) => specOption(doc))],
    },
    {
      name: "management",
      description: heading(
        "The management API of TorchServe",
        `${SHARED} So do ${own.map((doc) => doc.name).join(", ")}, described for the inference API.`,
      ),
      options: [endpoint("management_api_url"), ...ofGroup("management")],
    },
  ];
}

function logsDescription(): string {
  const settings = LOG_SETTINGS.map(([name, presence, text]) => `${name} - ${presence} - ${text}`);
  const where = "docs/logs.md tells what the rules of the two files here are for.";
  const [what = "", ...lines] = ["The logs that the host's log agent collects.", ...settings]
    .map((text) => descriptionLines(text, 0));
  return `${what}\n${lines.join("")}\n${descriptionLines(where, 0)}`;
}

/** The configuration that people edit: all options, and where the logs are. */
export function configFile(docs: readonly OptionDoc[]): SpecFile {
  return {
    name: "torchserve.yaml",
    sections: [
      initSection(docs),
      {
        kind: "instances",
        ...section(
          "instances",
          "Each instance watches one endpoint, and has exactly one of the keys openmetrics_endpoint, " +
            "inference_api_url, management_api_url and metrics_log. Remove the instances that you do not want.",
        ),
        instances: instances(docs),
      },
      {
        kind: "text",
        ...section("logs", ""),
        description: logsDescription(),
        example: LOG_SOURCES,
      },
    ],
  };
}

/** What is watched in a container that the Agent finds, and at which address. */
const IN_CONTAINER = [
  ["openmetrics_endpoint", "Its metrics, with metrics_mode=prometheus.", "http://%%host%%:8082/metrics"],
  ["inference_api_url", "Its inference API.", "http://%%host%%:8080"],
  ["management_api_url", "Its management API.", "http://%%host%%:8081"],
] as const;

/** The configuration for containers that the Agent finds. */
export function discoveryFile(docs: readonly OptionDoc[]): SpecFile {
  return {
    name: "auto_conf.yaml",
    sections: [
      {
        kind: "option",
        ...section(
          "ad_identifiers",
          "Containers of an image called torchserve are watched as they start; the Agent fills in their addresses. " +
            "Docker labels and annotations of pods are stronger (torchserve-check config docker, config kubernetes).",
        ),
        required: true,
        value: { type: "array", items: { type: "string" }, example: ["torchserve"] },
      },
      { kind: "options", ...section("init_config", "Nothing is set for all instances."), options: [] },
      {
        kind: "instances",
        ...section("instances", "The ports are those of a TorchServe as it is installed."),
        instances: IN_CONTAINER.map(([name, description, address]) => {
          const option = specOption(optionOf(docs, name));
          const value = { ...option.value, example: address };
          return { name, description: "", options: [{ ...option, description: `${description}\n`, value }] };
        }),
      },
    ],
  };
}
