/** What the help of a command tells beside its options. */
export interface CommandHelp {
  /** The words behind the program's name, and what they do. */
  readonly examples: readonly (readonly [words: string, what: string])[];
  /** When it ends with which status. */
  readonly statuses: Readonly<Record<number, string>>;
}

const FINE = "it is done";
const NO_OUTPUT = "the output cannot be written";
const USAGE = "wrong usage";
const CONFIG = "wrong usage or configuration";

/** What prints something and can fail at nothing else. */
const prints = (words: string, what: string): CommandHelp => ({
  examples: [[words, what]],
  statuses: { 0: FINE, 1: NO_OUTPUT, 2: USAGE },
});

/** What each command's help has, by the words that call it. */
export const COMMAND_HELP: Readonly<Record<string, CommandHelp>> = {
  "": {
    examples: [
      ["conf.yaml", "run the instances of a file once"],
      ["http://localhost:8082/metrics", "run one, by its address"],
      ["conf.yaml --watch", "again and again, in place"],
      ["conf.yaml --format json --index 0", "the report of the first instance"],
      ["discover localhost --write", "write a configuration"],
    ],
    statuses: {
      0: "all is well; with the formats of hosts: the output is whole",
      1: "a run failed or a service check is CRITICAL (see --fail-on), or the output cannot be written",
      2: CONFIG,
    },
  },
  discover: {
    examples: [
      ["discover", "look on this machine, and print a configuration"],
      ["discover --write", "write it to conf.yaml"],
      ["discover torchserve-1 --ports 8080,9000-9010", "look elsewhere"],
    ],
    statuses: { 0: "something was found", 1: `nothing was found, or ${NO_OUTPUT}`, 2: USAGE },
  },
  doctor: {
    examples: [
      ["doctor", "conf.yaml here, else the Agent's, else this machine"],
      ["doctor localhost", "what is on a host"],
      ["doctor conf.yaml", "what a configuration watches"],
      ["doctor localhost --ports 9080,9081,9082", "look elsewhere"],
    ],
    statuses: { 0: "nothing is wrong", 1: `something was found, or ${NO_OUTPUT}`, 2: CONFIG },
  },
  config: prints("config example", "see torchserve-check help config COMMAND"),
  "config example": prints("config example > conf.yaml", "a file to edit"),
  "config validate": {
    examples: [
      ["config validate conf.yaml", "all that is wrong with a file"],
      ["config validate 'inference_api_url: http://localhost:8080'", "and with a text"],
      ["config validate conf.yaml --strict --connect", "before it goes into production"],
      ["config validate conf.yaml --format json", "for programs: file, line, column, path, message, suggestion"],
    ],
    statuses: {
      0: "there is no error",
      1: `an endpoint that --connect asked is not well, or ${NO_OUTPUT}`,
      2: "there is an error (with --strict: or a warning), or nothing to read",
    },
  },
  "config schema": prints("config schema > conf.schema.json", "for editors"),
  "config docker": {
    examples: [
      ["config docker conf.yaml > labels.yaml", "to be merged with a compose file"],
      ["config docker conf.yaml --as label-file", "for docker run --label-file"],
    ],
    statuses: { 0: FINE, 1: NO_OUTPUT, 2: CONFIG },
  },
  "config kubernetes": {
    examples: [
      ["config kubernetes conf.yaml > patch.yaml", "a patch for kustomize or kubectl patch"],
      ["config kubernetes conf.yaml --on service --name torchserve", "for a Service, which the cluster's Agent checks"],
    ],
    statuses: { 0: FINE, 1: NO_OUTPUT, 2: CONFIG },
  },
  assets: prints("assets list", "see torchserve-check help assets COMMAND"),
  "assets list": prints("assets list", "the files, with their sizes"),
  "assets extract": {
    examples: [["assets extract ./torchserve-assets", "dashboards, monitors, catalogue and the rest as files"]],
    statuses: { 0: FINE, 1: `not all of it is written, or ${NO_OUTPUT}`, 2: USAGE },
  },
  "assets render": {
    examples: [
      ["assets render grafana --output ./grafana", "dashboards, and files for provisioning"],
      ["assets render prometheus --output ./rules", "alert rules, and their unit tests"],
    ],
    statuses: { 0: FINE, 1: `not all of it is written, or ${NO_OUTPUT}`, 2: USAGE },
  },
  "assets validate": {
    examples: [["assets validate .", "the files of a folder that has a manifest.json"]],
    statuses: { 0: "nothing is wrong", 1: `something is wrong, or ${NO_OUTPUT}`, 2: USAGE },
  },
  "assets push": {
    examples: [
      ["assets push --dry-run", "what would be done"],
      ["assets push --state push.json --notify @slack-ops", "bring it, and have monitors tell somebody"],
      ["assets push --remove --state push.json", "take it back"],
    ],
    statuses: { 0: FINE, 1: "something was edited there, failed or was refused", 2: USAGE },
  },
  "assets pull": {
    examples: [["assets pull --diff --state push.json", "what differs there"]],
    statuses: { 0: "nothing differs", 1: "something differs or failed", 2: USAGE },
  },
  demo: prints("demo", "needs no TorchServe"),
  emulate: {
    examples: [
      ["emulate", "on the ports 8080, 8081 and 8082"],
      ["emulate --port 0 --models 200", "on free ports, with many models"],
      ["emulate --token-auth . --metrics-mode log --logs .", "as TorchServe 0.12 is installed"],
    ],
    statuses: { 0: "it was ended", 1: NO_OUTPUT, 2: "wrong usage, or it cannot listen there" },
  },
  preview: {
    examples: [
      ["preview conf.yaml", "the dashboards of what a configuration watches"],
      ["preview --demo", "needs no TorchServe"],
      ["preview http://localhost:8082/metrics --interval 1", "of one endpoint, each second"],
      ["preview conf.yaml --export incident.html --for 120", "what two minutes show, as a page to attach"],
    ],
    statuses: { 0: "it was ended, or the page is written", 1: NO_OUTPUT, 2: `${CONFIG}, or it cannot listen there` },
  },
  exporter: {
    examples: [
      ["exporter --config exporter.yaml", "at 127.0.0.1:19082"],
      ["exporter --config exporter.yaml --web.listen-address :19082", "at every address of this machine"],
    ],
    statuses: { 0: "it was ended", 2: "wrong usage or configuration, or it cannot listen there" },
  },
  telegraf: {
    examples: [["telegraf --config conf.yaml", "what inputs.execd runs (docs/hosts/telegraf.md)"]],
    statuses: { 0: "its input ended", 1: "Telegraf has gone away", 2: CONFIG },
  },
  install: {
    examples: [
      ["install", "which hosts are here"],
      ["install datadog --dry-run", "what would be done"],
      ["install telegraf --config conf.yaml", "with this configuration"],
    ],
    statuses: { 0: FINE, 1: "not all of it is done", 2: CONFIG },
  },
  uninstall: {
    examples: [
      ["uninstall datadog --dry-run", "what would be done"],
      ["uninstall datadog", "the files that somebody changed stay"],
    ],
    statuses: { 0: FINE, 1: "there is nothing, or not all of it is done", 2: USAGE },
  },
  completions: {
    examples: [
      ["completions bash > ~/.local/share/bash-completion/completions/torchserve-check", ""],
      ["completions zsh > ~/.zfunc/_torchserve-check", "~/.zfunc stands in fpath"],
      ["completions fish > ~/.config/fish/completions/torchserve-check.fish", ""],
      ["completions powershell | Out-String | Invoke-Expression", "in $PROFILE"],
    ],
    statuses: { 0: FINE, 1: NO_OUTPUT, 2: USAGE },
  },
  licenses: prints("licenses | less", "they are long"),
  version: prints("version", "for a report of a fault"),
  help: prints("help config validate", "how a command is used"),
};
