import type { DocumentedCommand } from "./documented_commands.ts";

/** Commands that the test of documented commands does not run, each with the reason, and with the test that does. */
const ELSEWHERE: readonly (readonly [command: RegExp, reason: string])[] = [
  [
    /^npx -y deno@\S+ task (?:test|build|demo)$/,
    "the test command itself, what it does first, and the sources' demo, which test/e2e/command_line.test.ts runs",
  ],
  [
    /^(?:npx -y deno@\S+|deno) task (?:build|compile:deno|release)/,
    "builds executables: test/unit/release_*.test.ts hold them, and .ci/run builds them",
  ],
  [
    /^deno run -A test\/real|^UPDATE_GOLDEN=/,
    "records a real TorchServe of each version: a developer's command, which takes hours",
  ],
  [/^bun build /, "builds an executable with a Bun of one's own"],
  [
    /^(?:sudo )?systemctl |&& systemctl /,
    "needs systemd as the first process; test/real/node_exporter.test.ts and install.test.ts run what the units run",
  ],
  [/^(?:docker|podman) /, "needs a container runtime and images; test/real/kubernetes.test.ts holds the manifests"],
  [
    /^kubectl (?:apply|kustomize) /,
    "needs kustomize: test/real/kubernetes.test.ts builds and validates the same folders",
  ],
  [
    /^pip |^npm |^npx torchserve-check|^torchserve-check --path$|^sudo apt |^sudo -u dd-agent /,
    "installs a package of a release or looks at one that is installed: the tests of the release do",
  ],
  [/^shasum |^xattr /, "is for files of a release, on macOS"],
  [/^icinga2 |^curl -sk -u root/, "needs Icinga 2: test/real/monitoring_plugins.test.ts"],
  [
    /^promtool (?:check|query|test)/,
    "needs Prometheus: test/real/node_exporter.test.ts, exporter.test.ts, prometheus_rules.test.ts",
  ],
  [/^curl -s localhost:9100/, "needs a node exporter: test/real/node_exporter.test.ts"],
  [/^curl 'http:\/\/127\.0\.0\.1:19082/, "needs a running exporter: test/e2e/exporter.test.ts"],
  [
    /^deno run --allow-net .* exporter/,
    "runs the exporter from its sources: test/e2e/exporter.test.ts, and permissions.test.ts what it may do",
  ],
  [/^chown /, "needs root and a user of Prometheus"],
  [/ --watch$/, "draws on a terminal: test/real/watch.test.ts"],
  [/Invoke-Expression$/, "is for PowerShell"],
];

/** Why a command is not run here; `undefined` where it is. */
export function elsewhere({ command }: DocumentedCommand): string | undefined {
  return ELSEWHERE.find(([what]) => what.test(command))?.[1];
}

/** The rules that no command needs any more. */
export function needless(commands: readonly DocumentedCommand[]): string[] {
  return ELSEWHERE.filter(([what]) => !commands.some(({ command }) => what.test(command))).map(([what]) => `${what}`);
}

/** What is put in the place of words that stand for something; `ROOT` is what stands for `/`. */
export const STANDINS: readonly (readonly [what: RegExp, standIn: string])[] = [
  [/^(?:sudo )?torchserve-check ((?:un)?install \w+)/, "torchserve-check $1 --root ROOT/hosts"],
  [/\bDIR\b/, "ROOT/assets"],
  [/ \[ROOT\/assets\]| \[DIR\]/, ""],
  [/assets validate \.$/, "assets validate ROOT/assets"],
  [/discover HOST --ports 8080,9000-9010/, "discover 127.0.0.1 --ports 8080,9000-9010"],
  [/discover torchserve-1 /, "discover 127.0.0.1 "],
  [/^(torchserve-check discover(?: localhost)?)(?= --write|$)/, "$1 --ports 8080,8081,8082"],
  [/doctor localhost$/, "doctor localhost --ports 8080,8081,8082"],
  [/--ports 9080,9081,9082/, "--ports 8080,8081,8082"],
  [/^torchserve-check emulate(?! --port)/, "torchserve-check emulate --port 0"],
  [/--web\.listen-address :19082$/, "--web.listen-address 127.0.0.1:0"],
  [/^(torchserve-check exporter --config exporter\.yaml)$/, "$1 --web.listen-address 127.0.0.1:0"],
  // Where it wrote one already, it would leave that alone.
  [/^torchserve-check discover.* --write$/, "rm -f conf.yaml; $&"],
  // The next ones are of the file that is there.
  [/config example > conf\.yaml/, "config example > example.yaml"],
  [/--for 120$/, "--for 1"],
  [/~\//, "ROOT/"],
  [/^export (?:DD|GRAFANA)_.*$/, "export A=…"],
];

/** Commands that end with something else than 0, as the page says. */
export const STATUSES: readonly (readonly [command: RegExp, statuses: readonly number[]])[] = [
  [/^torchserve-check config validate 'management_api_url[^]*limt/, [2]],
  // It looks at the machine, too: what it finds there is none of the page's.
  [/^torchserve-check doctor/, [0, 1]],
  // The pages of hosts have done it before.
  [/^torchserve-check uninstall datadog/, [0, 1]],
  // Without a host it says which there are, and does nothing.
  [/^torchserve-check install$/, [1]],
  // Metrics that were never sent cannot be described yet, and what differs is told.
  [/^torchserve-check assets (?:push|pull)/, [0, 1]],
];

/** Commands that run until they are told to end. */
export const ENDED_BY_A_SIGNAL = /^torchserve-check (?:emulate|exporter|preview(?!.* --export))/;

/** Commands whose page shows what they print elsewhere: on other files, or at another time. */
export const OTHER_OUTPUT: readonly RegExp[] = [
  /^docs\/assets\.md: torchserve-check assets validate \.$/,
  /^docs\/push\.md: /,
];
