import { LIMITS } from "../plugin/config/limits.ts";
import { type OptionDoc, optionDocs } from "../plugin/config/option_docs.ts";
import type { OptionName } from "../plugin/config/options.ts";

const CHAPTERS: readonly (readonly [OptionDoc["group"], string])[] = [
  ["openmetrics", "The metrics endpoint (`openmetrics_endpoint`, `metrics_log`)"],
  ["inference", "The inference API (`inference_api_url`)"],
  ["management", "The management API (`management_api_url`)"],
  ["metrics_log", "Metrics from log files (`metrics_log`)"],
  ["http", "HTTP"],
  ["default", "Every instance"],
];

/** What most configurations have some of, with what one wants when one looks for it. */
const COMMON: readonly (readonly [OptionName, string])[] = [
  ["openmetrics_endpoint", "metrics of a TorchServe with `metrics_mode=prometheus`"],
  ["metrics_log", "metrics of a TorchServe as it is installed, from its logs"],
  ["inference_api_url", "whether the server is well"],
  ["management_api_url", "models, versions, workers, events"],
  ["token_key_file", "keys, where token authorization is on"],
  ["token_renew", "new keys before the old ones end"],
  ["extended_metrics", "queues, missing workers, the health of each model"],
  ["extra_metrics", "metrics of your own handlers"],
  ["exclude_metrics", "fewer metrics"],
  ["include", "only some models"],
  ["exclude", "all but some models"],
  ["limit", "at most so many models"],
  ["interval", "ask for the list of models less often"],
  ["inference_probe", "send a real request to a model"],
  ["tags", "tags for everything"],
  ["service", "the tag `service` for everything"],
  ["min_collection_interval", "run less often"],
  ["timeout", "how long an answer may take"],
  ["username", "basic or digest authentication, with `password`"],
  ["headers", "headers of requests"],
  ["tls_ca_cert", "certificates of your own"],
  ["tls_verify", "whether the certificate has to be right"],
  ["proxy", "proxies"],
];

/** `docs/options.md`: common options first, then each with an anchor of its name. */
export function optionsPage(note: string): string {
  const docs = optionDocs();
  const chapters = CHAPTERS.flatMap(([group, title]) => [
    `## ${title}`,
    "",
    ...docs.filter((doc) => doc.group === group).flatMap(optionSection),
  ]);
  return `# Options

${note}

Each instance of a configuration has exactly one of the four options that name what is watched, and any of the others
that belong to it. \`torchserve-check config example\` prints a file with all of them,
\`torchserve-check config validate conf.yaml\` says what is wrong with yours.

- [The options that most need](#common-options)
${CHAPTERS.map(([, title]) => `- [${title}](#${anchor(title)})`).join("\n")}
- [Limits](#limits)

## Common options

| option | for |
| --- | --- |
${COMMON.map(([name, purpose]) => `| [\`${name}\`](#${name}) | ${purpose} |`).join("\n")}

${[...chapters, limitsText()].join("\n")}`;
}

/** As GitHub makes it of a heading. */
function anchor(title: string): string {
  return title.toLowerCase().replace(/[^\w\s-]/g, "").replaceAll(" ", "-");
}

function optionSection(doc: OptionDoc): string[] {
  const facts = [
    doc.type,
    doc.required ? "one of the four" : doc.default === undefined ? "no default" : `default \`${defaultOf(doc)}\``,
    ...doc.init ? ["may stand in `init_config` as well"] : [],
  ];
  return [`### \`${doc.name}\``, "", `*${facts.join("; ")}*`, "", ...paragraphs(doc.text), ""];
}

const defaultOf = (doc: OptionDoc): string => JSON.stringify(doc.default);

/** Paragraphs and lists: a list stands apart from the sentence before it. */
function paragraphs(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.replaceAll("<", "&lt;").replaceAll("*", "\\*").split("\n")) {
    const isItem = /^\s*- /.test(line);
    const before = lines.at(-1) ?? "";
    if (isItem && before !== "" && !before.startsWith("- ")) lines.push("");
    lines.push(isItem ? line.trimStart() : line.trim());
  }
  return lines;
}

function limitsText(): string {
  const n = (name: keyof typeof LIMITS) => LIMITS[name].toLocaleString("en-US");
  return `## Limits

A configuration that exceeds a limit is refused with a message that names it:

- a file: ${n("fileCharacters")} characters, ${n("fileInstances")} instances, ${n("fileValues")} values
- an instance: ${n("instanceValues")} values, ${n("nesting")} levels of nesting
- regular expressions: ${n("patterns")} in an instance, of ${
    n("patternCharacters")
  } characters together (plain names do not count)
- headers: ${n("headers")} in one option
- a text: ${n("textCharacters")} characters; an address: ${n("addressCharacters")}
`;
}
