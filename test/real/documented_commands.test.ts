import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { COMMAND_HELP } from "../../plugin/cli/command_help.ts";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { type DocumentedCommand, documentedCommands } from "../support/documented_commands.ts";
import {
  elsewhere,
  ENDED_BY_A_SIGNAL,
  needless,
  OTHER_OUTPUT,
  STANDINS,
  STATUSES,
} from "../support/documented_exceptions.ts";
import { FakeDatadog, KEYS } from "../support/fake_datadog.ts";
import { FakeGrafana, TOKEN } from "../support/fake_grafana.ts";
import { BINARY } from "../support/plugin_process.ts";

/** The examples in the help of all commands are commands that people are told to run, too. */
const EXAMPLES: readonly DocumentedCommand[] = Object.values(COMMAND_HELP).flatMap(({ examples }) =>
  examples.map(([words]) => ({ page: "--help", command: `torchserve-check ${words}`, output: [] }))
);
const ALL = [...documentedCommands(), ...EXAMPLES];

describe("each command that the README, the pages and --help show", () => {
  let emulator: Emulator;
  let datadog: FakeDatadog;
  let grafana: FakeGrafana;
  /** What stands for `/`: pages write to /etc, /opt and /var. */
  let root: string;
  /** Where DogStatsD's datagrams go. */
  const statsd = createSocket("udp4");
  /** The ports that the pages name, and those of the embedded server. */
  let ports: readonly (readonly [usual: string, here: string])[];
  const folders = new Map<string, Promise<string>>();

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "documented-"));
    [emulator, datadog, grafana] = await Promise.all([
      startEmulator({}),
      new FakeDatadog().start(),
      new FakeGrafana().start(),
    ]);
    await new Promise<void>((resolve) => statsd.bind(0, "127.0.0.1", resolve));
    const urls = [emulator.inferenceUrl, emulator.managementUrl, emulator.metricsUrl];
    ports = [
      ...urls.map((url, i) => [`${8080 + i}`, new URL(url).port] as const),
      ["8125", `${statsd.address().port}`],
    ];
    await setUp(root, configuration());
  });
  after(async () => {
    await Promise.all([emulator.close(), datadog.stop(), grafana.stop()]);
    statsd.close();
    await rm(root, { recursive: true, force: true });
  });

  const configuration = () =>
    `init_config:\ninstances:\n  - openmetrics_endpoint: ${emulator.metricsUrl}\n` +
    `  - inference_api_url: ${emulator.inferenceUrl}\n  - management_api_url: ${emulator.managementUrl}\n`;

  /** What is run in place of a command as it is written. */
  const here = (command: string) => {
    let text = STANDINS.reduce((before, [what, standIn]) => before.replace(what, standIn), command);
    for (const [usual, port] of ports) text = text.replaceAll(new RegExp(`\\b${usual}\\b`, "g"), port);
    return text.replace(/(?<=^|[\s=:])\/(?=(?:etc|opt|var|usr\/lib)\/)/gm, `${root}/`).replaceAll("ROOT", root);
  };

  /** Each page has a folder: what one of its commands writes, the next one reads. */
  const folderOf = (page: string) => {
    const made = folders.get(page) ?? makeFolder(join(root, "pages", page.replaceAll("/", "_")), page, configuration());
    folders.set(page, made);
    return made;
  };

  const run = async (page: string, command: string) => {
    const environment = {
      PATH: `${root}/bin:${process.env["PATH"] ?? ""}`,
      HOME: root,
      DD_API_KEY: KEYS.api,
      DD_APP_KEY: KEYS.app,
      DD_API_URL: datadog.url,
      GRAFANA_URL: grafana.url,
      GRAFANA_TOKEN: TOKEN,
    };
    return await inShell(here(command), await folderOf(page), environment, ENDED_BY_A_SIGNAL.test(command));
  };

  for (const { page, command, output } of ALL.filter((one) => elsewhere(one) === undefined)) {
    it(`${page}: ${command}`, async () => {
      const { status, text } = await run(page, command);
      assert.ok(
        (STATUSES.find(([what]) => what.test(command))?.[1] ?? [0]).includes(status ?? -1),
        `${status}: ${text}`,
      );
      assert.doesNotMatch(text, /internal error/);
      if (OTHER_OUTPUT.some((what) => what.test(`${page}: ${command}`))) return;
      const printed = text.split("\n").map((line) => alike(line, root, ports));
      for (const line of output.filter((one) => !/…|\.\.\./.test(one))) {
        assert.ok(printed.includes(alike(line, root, ports)), `${JSON.stringify(line)} is not in:\n${text}`);
      }
    });
  }

  it("is run here, or there is a reason that it is not; no reason is left over", () => {
    assert.ok(ALL.length > 100);
    assert.deepEqual(needless(ALL), []);
  });
});

/** A line without what differs from run to run: numbers, the ports, where things lie. */
function alike(line: string, root: string, ports: readonly (readonly [string, string])[]): string {
  let text = line.replaceAll(`${root}/`, "/").replaceAll("127.0.0.1", "localhost");
  for (const [usual, port] of ports) text = text.replaceAll(port, usual);
  return text.replace(/(?<!\d)\d[\d,.]*/g, "0").replace(/\s+/g, " ").trim();
}

/** A machine with the program and what its hosts would have. */
async function setUp(root: string, configuration: string): Promise<void> {
  const directories = [
    "bin",
    "hosts",
    "opt/torchserve-check/bin",
    "etc/torchserve-check",
    "etc/prometheus",
    "etc/grafana",
  ];
  directories.push("usr/lib/check_mk_agent/local/60", "var/lib/torchserve-check", "var/lib/prometheus/node-exporter");
  directories.push(
    ".local/share/bash-completion/completions",
    ".zfunc",
    ".config/fish/completions",
    "etc/systemd/system",
  );
  for (const directory of directories) await mkdir(join(root, directory), { recursive: true });
  const [binary = ""] = BINARY.command;
  for (const folder of ["bin", "opt/torchserve-check/bin"]) {
    await symlink(binary, join(root, folder, "torchserve-check"));
  }
  // Who patches an object hands over a manifest: it has to be one that holds the configuration.
  for (const [name, script] of [["sudo", 'exec "$@"'], ["kubectl", "torchserve-check config validate -"]] as const) {
    await writeFile(join(root, "bin", name), `#!/bin/sh\n${script}\n`);
    await chmod(join(root, "bin", name), 0o755);
  }
  await writeFile(join(root, "etc/torchserve-check/conf.yaml"), configuration);
  for (const unit of ["service", "timer"]) {
    await writeFile(join(root, `etc/systemd/system/torchserve-check-textfile.${unit}`), "");
  }
  for (
    const file of ["usr/lib/check_mk_agent/local/60/torchserve", "var/lib/prometheus/node-exporter/torchserve.prom"]
  ) {
    await writeFile(join(root, file), "");
  }
}

async function makeFolder(folder: string, page: string, configuration: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  // The README begins without one: its commands write it.
  if (page !== "README.md") await writeFile(join(folder, "conf.yaml"), configuration);
  await writeFile(join(folder, "exporter.yaml"), "targets: {allow: [127.0.0.1]}\n");
  const labels = ["config", "docker", "conf.yaml"];
  if (page === "docs/hosts/docker.md") {
    const { text } = await inShell(`${BINARY.command[0]} ${labels.join(" ")} 2> /dev/null`, folder, {}, false);
    await writeFile(join(folder, "compose.datadog.yaml"), text);
  }
  return folder;
}

/** A command that takes longer waits for something that never comes, in milliseconds. */
const PATIENCE_MS = 120_000;

/** What those that run until they are told to end say when they are ready. */
const READY = /Ctrl-C ends it|listening on/;

/** Runs a command to its end, or ends it when it is ready. */
function inShell(
  command: string,
  cwd: string,
  environment: Record<string, string>,
  isEnded: boolean,
): Promise<{ readonly status: number | null; readonly text: string }> {
  const child = spawn("bash", ["-c", isEnded ? `exec ${command}` : command], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  let isTold = false;
  const collect = (piece: string) => {
    text += piece;
    if (!isEnded || isTold || !READY.test(text)) return;
    isTold = true;
    setTimeout(() => process.kill(child.pid ?? 0, "SIGTERM"), 300);
  };
  const late = setTimeout(() => {
    text += `\nit runs for more than ${PATIENCE_MS / 1_000} s`;
    child.kill("SIGKILL");
  }, PATIENCE_MS);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", collect);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ status, text });
    });
  });
}
