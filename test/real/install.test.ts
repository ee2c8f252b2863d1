import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { HOST_NAMES } from "../../plugin/hosts/mod.ts";
import { prepareAgent } from "../peers/agent/prepare.ts";
import { prepareTelegraf, RUNNING } from "../peers/telegraf.ts";
import { BINARY } from "../support/plugin_process.ts";
import { requirePrograms } from "./debian.ts";
import { ICINGA } from "./hosts/icinga.ts";
import { NAGIOS } from "./hosts/nagios.ts";
import { MountNamespace } from "./mount_namespace.ts";

const [binary = ""] = BINARY.command;
const PLUGIN = "/usr/lib/nagios/plugins/check_torchserve";
/** What an installation writes to. */
const WRITTEN = ["/etc", "/opt", "/usr/lib/nagios"];

/** Runs the shim that is installed, with its configuration, and prints what it submitted. */
const SHIM = `
import sys, yaml
sys.path.insert(0, '/etc/datadog-agent/checks.d')
from torchserve_check import *
import torchserve_check
from datadog_checks.base import AgentCheck
from datadog_checks.base.stubs import aggregator
check_class = next(c for c in vars(torchserve_check).values()
                   if isinstance(c, type) and issubclass(c, AgentCheck) and c.__module__ == 'torchserve_check')
conf = yaml.safe_load(open('/etc/datadog-agent/conf.d/torchserve_check.d/conf.yaml'))
for instance in conf['instances']:
    check = check_class('torchserve_check', conf.get('init_config') or {}, [instance])
    check.check_id = 'torchserve_check:1'
    error = check.run()
    assert error == '', error
    check.cancel()
print(len(aggregator.metric_names), *sorted(aggregator.service_check_names))
`;

describe("installed into this machine, as its programs see it", () => {
  let emulator: Emulator;
  let directory: string;
  let machine: MountNamespace;
  let python: string;
  let telegraf: string;
  let wasThere: string;

  /** Runs a program there, which has to end well. */
  const run = async (command: readonly string[], user?: string): Promise<string> => {
    const { status, stdout, stderr } = await machine.run(command, user);
    assert.equal(status, 0, `${command.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  };
  const listing = () =>
    run(["find", ...WRITTEN, "-printf", "%p %M %u:%g %s %l\\n"]).then((text) => text.split("\n").sort().join("\n"));

  before(async () => {
    await requirePrograms({
      [NAGIOS]: "nagios4-core",
      [ICINGA]: "icinga2-bin",
      "/usr/bin/systemd-analyze": "systemd",
      "/usr/bin/setpriv": "util-linux",
    });
    [python, telegraf] = await Promise.all([prepareAgent(), prepareTelegraf(RUNNING)]);
    directory = mkdtempSync(join(tmpdir(), "install-"));
    chmodSync(directory, 0o755);
    emulator = await startEmulator({});
    machine = await MountNamespace.make(directory, ["/etc", "/usr/lib/nagios"], ["/opt"]);
    // Those that the packages of the hosts make.
    for (const user of ["dd-agent", "telegraf", "nagios"]) {
      await run(["sh", "-c", 'id "$1" || useradd --system --user-group --no-create-home "$1"', "sh", user]);
    }
    wasThere = await listing();
    const instances = [
      { openmetrics_endpoint: emulator.metricsUrl },
      { inference_api_url: emulator.inferenceUrl },
      { management_api_url: emulator.managementUrl },
    ];
    const conf = join(directory, "conf.yaml");
    writeFileSync(conf, JSON.stringify({ init_config: {}, instances }));
    for (const host of HOST_NAMES) await run([binary, "install", host, "--config", conf]);
  });
  after(async () => {
    machine?.close();
    await emulator?.close();
    rmSync(directory, { recursive: true });
  });

  it("the Agent's check runs as the Agent's user", async () => {
    const found = await run([python, "-c", SHIM], "dd-agent");
    assert.match(
      found,
      /^\d\d+ torchserve\.inference_api\.health torchserve\.management_api\.health torchserve\.openmetrics\.health\n$/,
    );
  });

  it("Telegraf's input runs as Telegraf's user", async () => {
    const output = join(directory, "output");
    writeFileSync(output, "");
    chmodSync(output, 0o666);
    const conf = join(directory, "output.conf");
    writeFileSync(
      conf,
      `[agent]\n  interval = "1s"\n  flush_interval = "1s"\n[[outputs.file]]\n  files = [${JSON.stringify(output)}]\n`,
    );
    const configs = ["--config", conf, "--config", "/etc/telegraf/telegraf.d/torchserve-check.conf"];
    await run(["sh", "-c", '"$@" & sleep 4; kill $!; wait $!', "sh", telegraf, ...configs], "telegraf");
    const text = await run(["cat", output]);
    for (const measurement of ["torchserve_openmetrics", "torchserve_management_api", "torchserve_service_check"]) {
      assert.match(text, new RegExp(`^${measurement},`, "m"));
    }
  });

  it("the monitoring plugin runs as Nagios' user, and Nagios and Icinga take its commands", async () => {
    const checked = await run([PLUGIN, "-u", `${emulator.inferenceUrl}/ping`, "-w", "30"], "nagios");
    assert.match(checked, /^TORCHSERVE OK - /);
    const spool = join(directory, "spool");
    mkdirSync(spool);
    chmodSync(spool, 0o777);
    const nagios = join(directory, "nagios.cfg");
    const objects = join(directory, "objects.cfg");
    writeFileSync(
      objects,
      `define timeperiod {\n  timeperiod_name always\n  alias always\n  monday 00:00-24:00\n}
define contact {
  contact_name nobody
  host_notifications_enabled 0
  service_notifications_enabled 0
  host_notification_period always
  service_notification_period always
  host_notification_commands check_torchserve
  service_notification_commands check_torchserve
}
define host {\n  host_name a\n  address 127.0.0.1\n  contacts nobody\n  max_check_attempts 1\n  check_period always\n}
define service {\n  host_name a\n  service_description b\n  check_command check_torchserve!-p 8081 -t 20
  max_check_attempts 1\n  check_period always\n  contacts nobody\n}\n`,
    );
    const paths = ["log_file", "object_cache_file", "temp_file", "status_file", "lock_file"].map((name) =>
      `${name}=${join(spool, name)}\n`
    );
    writeFileSync(
      nagios,
      `cfg_file=/etc/nagios-plugins/config/torchserve.cfg\ncfg_file=${objects}\n${paths.join("")}` +
        `check_result_path=${spool}\ntemp_path=${spool}\nnagios_user=nagios\nnagios_group=nagios\n`,
    );
    assert.match(await run([NAGIOS, "-v", nagios]), /Total Errors: +0/);
    const icinga = join(directory, "icinga2.conf");
    writeFileSync(
      icinga,
      `include "/etc/icinga2/conf.d/torchserve.conf"
object Host "a" { check_command = "torchserve", address = "127.0.0.1" }
object Service "b" { host_name = "a", check_command = "torchserve", vars.torchserve_port = 8081, vars.torchserve_ssl = true }
`,
    );
    const said = await machine.run([ICINGA, "daemon", "--validate", "--config", icinga]);
    assert.match(said.stdout + said.stderr, /1 CheckCommand\./);
    assert.equal(said.status, 0, said.stdout + said.stderr);
  });

  it("systemd finds nothing wrong with the exporter's unit, and the exporter takes its file", async () => {
    const unit = "/etc/systemd/system/torchserve-check-exporter.service";
    assert.equal(
      (await machine.run(["systemd-analyze", "verify", "--man=no", unit])).stderr.includes("torchserve"),
      false,
    );
    const started = await run([
      "sh",
      "-c",
      '"$@" 2>&1 & sleep 2; kill $!; wait $!',
      "sh",
      "/opt/torchserve-check/bin/torchserve-check",
      "exporter",
      "--config",
      "/etc/torchserve-check/exporter.yaml",
      "--web.listen-address",
      "127.0.0.1:0",
    ], "nobody");
    assert.match(started, /listening on/);
  });

  it("everything is as it was once it is uninstalled", async () => {
    assert.notEqual(await listing(), wasThere);
    for (const host of HOST_NAMES) await run(["/opt/torchserve-check/bin/torchserve-check", "uninstall", host]);
    assert.equal(await listing(), wasThere);
  });
});
