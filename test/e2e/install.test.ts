import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY, PLUGINS, runPlugin } from "../support/plugin_process.ts";

const [binary = ""] = BINARY.command;
const isRoot = process.getuid?.() === 0;
/** Debian's user `nobody` and its group. */
const NOBODY = 65_534;
/** What runs a program as another user than root, where we are root. */
const AS_NOBODY = isRoot ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];

/** Runs a program as a host's user would: not as root. */
const asNobody = (program: string, ...args: string[]) =>
  runPlugin({ name: "nobody", command: [...AS_NOBODY, program] }, "", { args, cwd: "/" });

describe("install", () => {
  let emulator: Emulator;
  let root: string;
  before(async () => {
    emulator = await startEmulator({});
    root = mkdtempSync(join(tmpdir(), "root-"));
    chmodSync(root, 0o755);
    mkdirSync(join(root, "etc"));
    // The group that a package of Telegraf makes.
    writeFileSync(join(root, "etc/group"), `telegraf:x:${NOBODY}:\n`);
  });
  after(async () => {
    await emulator.close();
    rmSync(root, { recursive: true });
  });

  const cli = (...args: string[]) => runPlugin(BINARY, "", { args });
  const files = () => readdirSync(root, { recursive: true }).sort();

  it("puts things where they run as the host's user, with a configuration of what runs; uninstall removes all", async () => {
    const empty = files();
    const from = new URL(emulator.inferenceUrl).host;
    const dry = await cli("install", "telegraf", "--root", root, "--from", from, "--dry-run");
    assert.equal(dry.status, 0, dry.stderr);
    assert.deepEqual(files(), empty);
    const installed = await cli("install", "telegraf", "--root", root, "--from", from);
    assert.equal(installed.status, 0, installed.stderr);
    assert.match(installed.stdout, /^created +\/opt\/torchserve-check\/bin\/torchserve-check +\(0755/m);
    assert.match(installed.stdout, /systemctl restart telegraf/);
    assert.equal(dry.stdout.replaceAll("would create", "created"), installed.stdout.split("\n\n")[0] + "\n");
    const program = join(root, "opt/torchserve-check/bin/torchserve-check");
    const conf = join(root, "etc/torchserve-check/conf.yaml");
    assert.match(readFileSync(conf, "utf8"), new RegExp(`inference_api_url: ${emulator.inferenceUrl}`));
    const ran = await asNobody(program, "--instance", conf, "--format", "influx");
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /^torchserve_service_check,.* status=0i /m);

    const again = await cli("install", "telegraf", "--root", root, "--from", from);
    assert.equal(again.status, 0);
    assert.doesNotMatch(again.stdout, /created|replaced/);
    const removed = await cli("uninstall", "telegraf", "--root", root);
    assert.equal(removed.status, 0, removed.stderr);
    assert.deepEqual(files(), empty);
    assert.equal((await cli("uninstall", "telegraf", "--root", root)).status, 1);
  });

  it("installs for the Agent in whose directory of checks it was dropped", async () => {
    const agent = mkdtempSync(join(tmpdir(), "agent-"));
    const checks = join(agent, "checks.d");
    const dropped = join(checks, "torchserve-check");
    mkdirSync(checks);
    mkdirSync(join(agent, "conf.d"));
    copyFileSync(binary, dropped);
    chmodSync(dropped, 0o755);
    const conf = join(agent, "watched.yaml");
    writeFileSync(conf, "instances: []\n");
    // Its directory is the user's own: nothing else is written to.
    for (const path of [agent, checks, join(agent, "conf.d")]) {
      chmodSync(path, 0o755);
      if (isRoot) chownSync(path, NOBODY, NOBODY);
    }
    const here = () => readdirSync(agent, { recursive: true, encoding: "utf8" }).sort();
    const before = here();
    const plugin = { name: "dropped", command: [...AS_NOBODY, dropped] };
    const ran = (...args: string[]) => runPlugin(plugin, "", { args, cwd: checks });
    const installed = await ran("install", "--config", conf);
    assert.equal(installed.status, 0, installed.stderr);
    for (const path of ["checks.d/torchserve_check.py", "conf.d/torchserve_check.d/conf.yaml"]) {
      assert.ok(installed.stdout.includes(`created   ${join(agent, path)}`), installed.stdout);
    }
    assert.ok(installed.stdout.includes(`as it is  ${dropped}`), installed.stdout);
    assert.deepEqual(here().filter((path) => !before.includes(path)), [
      ".torchserve-check.json",
      "checks.d/torchserve_check.py",
      "conf.d/torchserve_check.d",
      ...["auto_conf.yaml", "conf.yaml", "conf.yaml.example"].map((name) => `conf.d/torchserve_check.d/${name}`),
    ]);
    assert.equal((await ran("uninstall")).status, 0);
    assert.deepEqual(here(), before);
    rmSync(agent, { recursive: true });
  });

  it("says which hosts are there where none is named, and ends with 1", async () => {
    const { status, stdout, stderr } = await cli("install", "--root", root);
    assert.equal(status, 1);
    assert.match(stdout, /^datadog +not here$/m);
    assert.match(stderr, /torchserve-check install HOST/);
  });

  it("ends with 1 where a program was changed, and where it may not write", async () => {
    const check = join(root, "etc/datadog-agent/checks.d/torchserve_check.py");
    mkdirSync(join(check, ".."), { recursive: true });
    writeFileSync(check, "another's");
    const { status, stdout, stderr } = await cli("install", "datadog", "--root", root);
    assert.equal(status, 1);
    assert.match(stdout, /^NOT replaced +\/etc\/datadog-agent\/checks\.d\/torchserve_check\.py/m);
    assert.match(stderr, /--force/);
    assert.equal((await cli("uninstall", "datadog", "--root", root)).status, 0);
    chmodSync(join(root, "etc"), 0o555);
    const refused = await asNobody(binary, "install", "icinga2", "--root", root);
    chmodSync(join(root, "etc"), 0o755);
    assert.equal(refused.status, 1, refused.stdout);
    assert.match(refused.stderr, /What to do: run it as root/);
  });

  for (
    const [args, pattern] of [
      [["install", "datdog"], /did you mean datadog\?/],
      [["install", "zabbix"], /there are datadog, telegraf, prometheus, nagios, icinga2/],
      [["install", "telegraf", "--root", "/nowhere/at/all"], /\/nowhere\/at\/all is not there/],
      [["install", "telegraf", "--binary", "/nowhere"], /there is no such file/],
      [["install", "--rot", "/"], /--root/],
    ] as const
  ) {
    it(`refuses ${args.join(" ")}`, async () => {
      const { status, stderr } = await cli(...args);
      assert.equal(status, args[2] === "--root" ? 1 : 2, stderr);
      assert.match(stderr, pattern);
    });
  }

  for (const plugin of PLUGINS.filter(({ name }) => name !== "binary")) {
    it(`asks ${plugin.name}, which runs from sources, for the executable`, async () => {
      const { status, stderr } = await runPlugin(plugin, "", { args: ["install", "telegraf", "--root", root] });
      assert.equal(status, 2);
      assert.match(stderr, /--binary FILE/);
    });
  }
});
