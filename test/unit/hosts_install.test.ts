import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import {
  agentOf,
  detectHosts,
  HOST_NAMES,
  type HostName,
  InstallError,
  Root,
  uninstall,
} from "../../plugin/hosts/mod.ts";
import { Machine, stepsOf } from "./hosts_support.ts";

const CHECK = "/etc/datadog-agent/checks.d/torchserve_check.py";
const CONFD = "/etc/datadog-agent/conf.d/torchserve_check.d";
const BINARY = "/opt/torchserve-check/bin/torchserve-check";
const CONFIGURATION = "init_config:\ninstances:\n  - inference_api_url: http://ts:8080\n";
const MANIFEST = "/opt/torchserve-check/installed.json";
const isRoot = process.getuid?.() === 0;

const uninstallFrom = ({ directory, platform }: Machine, host: HostName, dryRun = false) =>
  uninstall(host, { root: new Root(directory), platform }, { dryRun });

describe("install() into an empty root", () => {
  const LISTS: Readonly<Record<HostName, readonly string[]>> = {
    datadog: [
      `${CHECK} 644`,
      `${CONFD}/auto_conf.yaml 644`,
      `${CONFD}/conf.yaml 640`,
      `${CONFD}/conf.yaml.example 644`,
    ],
    telegraf: ["/etc/telegraf/telegraf.d/torchserve-check.conf 644", "/etc/torchserve-check/conf.yaml 640"],
    prometheus: [
      "/etc/systemd/system/torchserve-check-exporter.service 644",
      "/etc/torchserve-check/exporter.yaml 644",
    ],
    nagios: ["/etc/nagios-plugins/config/torchserve.cfg 644", `/usr/lib/nagios/plugins/check_torchserve -> ${BINARY}`],
    icinga2: ["/etc/icinga2/conf.d/torchserve.conf 644", `/usr/lib/nagios/plugins/check_torchserve -> ${BINARY}`],
  };
  for (const [host, files] of Object.entries(LISTS) as [HostName, readonly string[]][]) {
    it(`puts everything of ${host} into its place, and a second time changes nothing`, async () => {
      const machine = new Machine();
      const outcome = await machine.install(host, { configuration: CONFIGURATION });
      const common = [`${BINARY} 755`, "/opt/torchserve-check/installed.json 644"];
      assert.deepEqual(machine.files(), [...files, ...common].sort());
      assert.ok(outcome.isDone);
      assert.deepEqual(new Set(outcome.steps.map(({ action }) => action)), new Set(["create"]));
      const inodes = () =>
        machine.list().map((line) => `${line} ${lstatSync(machine.at(line.split(" ")[0] ?? "")).ino}`);
      const before = inodes();
      const again = await machine.install(host, { configuration: "another: one" });
      assert.deepEqual(inodes(), before);
      assert.ok(again.steps.every(({ action }) => action === "same" || action === "keep"), stepsOf(again).join());
    });
  }

  it("names the executable and the directories of the system in what it writes", async () => {
    const windows = new Machine("win32");
    await windows.install("telegraf");
    assert.match(
      windows.read("/Program Files/Telegraf/telegraf.d/torchserve-check.conf"),
      /command = \['C:\/Program Files\/torchserve-check\/torchserve-check\.exe', .*'C:\/ProgramData\/torchserve-check\/conf\.yaml'\]/,
    );
    const macos = new Machine("darwin");
    await macos.install("datadog", { configuration: CONFIGURATION });
    assert.ok(macos.files().includes("/opt/datadog-agent/etc/checks.d/torchserve_check.py 644"));
    await assert.rejects(macos.install("nagios"), InstallError);
    const redHat = new Machine();
    mkdirSync(redHat.at("/usr/lib64/nagios/plugins"), { recursive: true });
    mkdirSync(redHat.at("/etc/nagios/conf.d"), { recursive: true });
    await redHat.install("nagios");
    assert.match(
      redHat.read("/etc/nagios/conf.d/torchserve.cfg"),
      /command_line {2}\/usr\/lib64\/nagios\/plugins\/check_t/,
    );
  });

  it("watches the usual ports through Telegraf where nothing is found, and leaves the Agent without instances", async () => {
    const machine = new Machine();
    await machine.install("telegraf");
    assert.match(machine.read("/etc/torchserve-check/conf.yaml"), /http:\/\/localhost:8082\/metrics/);
    assert.deepEqual(stepsOf(await machine.install("datadog")).filter((step) => step.endsWith("/conf.yaml")), []);
  });

  it("does nothing in a dry run, and says the same", async () => {
    const machine = new Machine();
    const dry = await machine.install("datadog", { dryRun: true, configuration: CONFIGURATION });
    assert.deepEqual(machine.list(), []);
    assert.deepEqual(dry, await machine.install("datadog", { configuration: CONFIGURATION }));
  });

  it("gives what holds secrets to the group of the host, and says where there is none", async () => {
    const machine = new Machine();
    machine.write("/etc/group", "root:x:0:\ndd-agent:x:1234:\n");
    await machine.install("datadog", { configuration: CONFIGURATION });
    const { uid, gid } = statSync(machine.at(`${CONFD}/conf.yaml`));
    assert.deepEqual([uid, gid], isRoot ? [0, 1234] : [process.getuid?.(), process.getgid?.()]);
    const { notes } = await machine.install("telegraf");
    assert.match(notes.join(), isRoot ? /no group telegraf.*chgrp telegraf/ : /only root may give files away/);
  });
});

/** Makes a file one that an older version installed. */
function makeOlder(machine: Machine, path: string): void {
  const manifest = JSON.parse(machine.read(MANIFEST));
  machine.write(path, "older");
  manifest.files[path].digest = createHash("sha256").update("older").digest("hex");
  machine.write(MANIFEST, JSON.stringify(manifest));
}

describe("install() over an older installation", () => {
  it("replaces what was not changed, and says which version was there", async () => {
    const machine = new Machine();
    await machine.install("datadog", { version: "1.0.0", configuration: CONFIGURATION });
    const fresh = machine.list();
    for (const path of [CHECK, `${CONFD}/auto_conf.yaml`, `${CONFD}/conf.yaml.example`]) makeOlder(machine, path);
    machine.release("two");
    const outcome = await machine.install("datadog", { configuration: "another: one" });
    assert.equal(outcome.before, "1.0.0");
    assert.deepEqual(stepsOf(outcome), [
      `replace ${BINARY}`,
      `replace ${CHECK}`,
      `replace ${CONFD}/conf.yaml.example`,
      `replace ${CONFD}/auto_conf.yaml`,
      `keep ${CONFD}/conf.yaml`,
    ]);
    assert.equal(machine.read(BINARY), "two");
    const others = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("/opt/torchserve-check/"));
    assert.deepEqual(others(machine.list()), others(fresh));
    assert.equal((await machine.install("datadog")).before, undefined);
    await uninstallFrom(machine, "datadog");
    assert.deepEqual(machine.list(), []);
  });
});

describe("install() over what a user changed", () => {
  it("keeps configurations that were changed, removed or there before", async () => {
    const machine = new Machine();
    machine.write(`${CONFD}/conf.yaml`, "mine: before");
    await machine.install("datadog", { version: "1.0.0", configuration: CONFIGURATION });
    machine.write(`${CONFD}/auto_conf.yaml`, "mine: changed");
    rmSync(machine.at(`${CONFD}/conf.yaml.example`));
    const before = machine.list();
    const outcome = await machine.install("datadog", { version: "1.0.0", configuration: CONFIGURATION });
    assert.ok(outcome.isDone);
    assert.deepEqual(stepsOf(outcome), [
      `same ${BINARY}`,
      `same ${CHECK}`,
      `keep ${CONFD}/conf.yaml.example`,
      `keep ${CONFD}/auto_conf.yaml`,
      `keep ${CONFD}/conf.yaml`,
    ]);
    assert.deepEqual(machine.list(), before);
  });

  it("is not done where a program was changed, or is another's, unless it is told to replace it", async () => {
    const machine = new Machine();
    machine.write(CHECK, "another's");
    await machine.install("datadog", {});
    machine.write(BINARY, "patched");
    const refused = await machine.install("datadog");
    assert.equal(refused.isDone, false);
    assert.deepEqual(stepsOf(refused).filter((step) => step.startsWith("blocked")), [
      `blocked ${BINARY}`,
      `blocked ${CHECK}`,
    ]);
    assert.deepEqual([machine.read(BINARY), machine.read(CHECK)], ["patched", "another's"]);
    const forced = await machine.install("datadog", { force: true });
    assert.ok(forced.isDone);
    assert.deepEqual([machine.read(BINARY), machine.read(`${BINARY}.saved`), machine.read(`${CHECK}.saved`)], [
      "one",
      "patched",
      "another's",
    ]);
    await uninstallFrom(machine, "datadog");
    assert.deepEqual(machine.files(), [`${CHECK}.saved 644`, `${BINARY}.saved 755`]);
  });

  it("makes a program that lost its mode executable again", async () => {
    const machine = new Machine();
    await machine.install("prometheus");
    chmodSync(machine.at(BINARY), 0o600);
    assert.ok(stepsOf(await machine.install("prometheus")).includes(`replace ${BINARY}`));
    assert.equal(statSync(machine.at(BINARY)).mode & 0o777, 0o755);
  });

  it("warns where the Agent's own integration would collect the same", async () => {
    const machine = new Machine();
    machine.write("/etc/datadog-agent/conf.d/torchserve.d/conf.yaml", "instances: []");
    machine.write("/etc/datadog-agent/conf.d/torchserve.d/auto_conf.yaml", "");
    const { warnings } = await machine.install("datadog", { dryRun: true });
    assert.deepEqual(warnings.length, 1);
    assert.match(
      warnings.join(),
      /torchserve\.d\/conf\.yaml makes the Agent's own integration collect the same.*rename/,
    );
  });
});

describe("uninstall()", () => {
  it("leaves the root as it was, whatever was there before", async () => {
    for (const host of HOST_NAMES) {
      const machine = new Machine();
      for (
        const path of [
          "/etc/datadog-agent/checks.d/other.py",
          "/etc/telegraf/telegraf.conf",
          "/etc/icinga2/conf.d/a.conf",
        ]
      ) {
        machine.write(path, "other");
      }
      machine.write("/opt/another/file", "other");
      const before = machine.list();
      await machine.install(host, { configuration: CONFIGURATION });
      assert.notDeepEqual(machine.list(), before);
      await uninstallFrom(machine, host, true);
      assert.notDeepEqual(machine.list(), before);
      await uninstallFrom(machine, host);
      assert.deepEqual(machine.list(), before, host);
    }
  });

  it("keeps what another host needs, in whatever order they go", async () => {
    for (const [first, second] of [["nagios", "icinga2"], ["icinga2", "nagios"]] as const) {
      const machine = new Machine();
      await machine.install("nagios");
      await machine.install("icinga2");
      const both = machine.list();
      const outcome = await uninstallFrom(machine, first);
      assert.ok(stepsOf(outcome).includes(`keep ${BINARY}`));
      assert.ok(machine.files().includes(`/usr/lib/nagios/plugins/check_torchserve -> ${BINARY}`));
      await machine.install(first);
      assert.deepEqual(
        machine.files(),
        both.filter((line) => !/\/ \d+$/.test(line)).map((line) => line.replace(/ [0-9a-f]{8}$/, "")),
      );
      await uninstallFrom(machine, first);
      await uninstallFrom(machine, second);
      assert.deepEqual(machine.list(), []);
    }
  });

  it("keeps what was changed, and says so; nothing is left to remove then", async () => {
    const machine = new Machine();
    await machine.install("telegraf");
    machine.write("/etc/torchserve-check/conf.yaml", "mine: now");
    assert.ok(stepsOf(await uninstallFrom(machine, "telegraf")).includes("keep /etc/torchserve-check/conf.yaml"));
    assert.deepEqual(machine.files(), ["/etc/torchserve-check/conf.yaml 640"]);
    assert.deepEqual((await uninstallFrom(machine, "telegraf")).steps, []);
  });

  it("refuses where it cannot know what is installed", async () => {
    const machine = new Machine();
    machine.write(MANIFEST, '{"version": 2}');
    await assert.rejects(uninstallFrom(machine, "datadog"), /says nothing that this version can read/);
    await assert.rejects(machine.install("datadog"), InstallError);
  });
});

describe("links", () => {
  it("lead where programs of the machine see them, never out of its root", async () => {
    for (const target of ["/data/agent", "../data/agent", "../../../../../data/agent"]) {
      const machine = new Machine();
      mkdirSync(machine.at("/data/agent"), { recursive: true });
      mkdirSync(machine.at("/etc"));
      symlinkSync(target, machine.at("/etc/datadog-agent"));
      await machine.install("datadog");
      assert.ok(machine.files().includes("/data/agent/checks.d/torchserve_check.py 644"), target);
    }
  });

  it("in the place of a file are not followed", async () => {
    const machine = new Machine();
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    writeFileSync(join(outside, "victim"), "as it was");
    for (const path of [CHECK, `${CONFD}/auto_conf.yaml`, `${CONFD}/conf.yaml`]) {
      mkdirSync(machine.at(`${path}/..`), { recursive: true });
      symlinkSync(join(outside, "victim"), machine.at(path));
    }
    const outcome = await machine.install("datadog", { configuration: CONFIGURATION });
    assert.deepEqual(stepsOf(outcome).filter((step) => !step.startsWith("create")), [
      `blocked ${CHECK}`,
      `keep ${CONFD}/auto_conf.yaml`,
      `keep ${CONFD}/conf.yaml`,
    ]);
    await machine.install("datadog", { force: true });
    assert.equal(readFileSync(join(outside, "victim"), "utf8"), "as it was");
    assert.ok(lstatSync(machine.at(CHECK)).isFile());
  });

  it("in a circle, or through a file, are errors", async () => {
    const machine = new Machine();
    mkdirSync(machine.at("/etc"));
    symlinkSync("datadog-agent", machine.at("/etc/datadog-agent"));
    await assert.rejects(machine.install("datadog"), /leads through more than 40 links/);
    rmSync(machine.at("/etc/datadog-agent"));
    machine.write("/etc/datadog-agent", "a file");
    await assert.rejects(machine.install("datadog"), /\/etc\/datadog-agent is no directory/);
  });

  it(
    "that another user made are refused",
    { skip: !isRoot && "only root can make a link another user's" },
    async () => {
      const machine = new Machine();
      mkdirSync(machine.at(CONFD.replace("/torchserve_check.d", "")), { recursive: true });
      mkdirSync(machine.at("/elsewhere"));
      symlinkSync("/elsewhere", machine.at(CONFD));
      lchownSync(machine.at(CONFD), 1234, 1234);
      await assert.rejects(machine.install("datadog"), /a link that user 1234 made/);
      assert.deepEqual(machine.files().filter((line) => line.startsWith("/elsewhere")), []);
    },
  );
});

describe("detectHosts()", () => {
  it("finds the hosts of a machine, and what is installed into them", async () => {
    const machine = new Machine();
    mkdirSync(machine.at("/etc/telegraf"), { recursive: true });
    await machine.install("nagios");
    const hosts = await detectHosts({ root: new Root(machine.directory), platform: "linux" });
    assert.deepEqual(hosts.map(({ name, evidence, isInstalled }) => [name, evidence, isInstalled]), [
      ["datadog", undefined, false],
      ["telegraf", "/etc/telegraf", false],
      ["prometheus", undefined, false],
      ["nagios", undefined, true],
      ["icinga2", undefined, false],
    ]);
  });

  it("finds the Agent that a directory of checks belongs to", async () => {
    const machine = new Machine();
    mkdirSync(machine.at("/home/agent/checks.d"), { recursive: true });
    const root = new Root(machine.directory);
    assert.equal(await agentOf(root, "/home/agent/checks.d"), undefined);
    mkdirSync(machine.at("/home/agent/conf.d"));
    assert.equal(await agentOf(root, "/home/agent/checks.d/"), "/home/agent");
    assert.equal(await agentOf(root, "/home/agent"), undefined);
  });
});
