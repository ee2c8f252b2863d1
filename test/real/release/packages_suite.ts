import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { fetchPackage } from "../../../scripts/release/packages.ts";
import { prepareAgent } from "../../peers/agent/prepare.ts";
import { CleanMachine } from "./clean_machine.ts";

const ROOT = new URL("../../../", import.meta.url);
/** npm as it is without Debian's 400 packages for it. */
const NPM = [
  "10.9.4",
  "sha512-OnUG836FwboQIbqtefDNlyR0gTHzIfwRfE3DuiNewBvnMnWEpB0VEXwBlFVgqpNzIgYo/MHh3d2Hel/pszapAA==",
] as const;

/** Loads the check as the Agent does, by its name, and runs its example's three instances on an emulator. */
const AGENT = `
import importlib
from datadog_checks.base import AgentCheck
from datadog_checks.base.stubs import aggregator
module = importlib.import_module('datadog_checks.torchserve_check')
check_class = next(c for c in vars(module).values() if isinstance(c, type) and issubclass(c, AgentCheck))
for instance in ({'openmetrics_endpoint': 'http://127.0.0.1:8082/metrics'}, {'inference_api_url': 'http://127.0.0.1:8080'},
                 {'management_api_url': 'http://127.0.0.1:8081'}):
    check = check_class('torchserve_check', {}, [instance])
    check.check_id = 'torchserve_check:1'
    error = check.run()
    assert error == '', error
    check.cancel()
print(module.__version__, len(aggregator.metric_names), *sorted(aggregator.service_check_names))
`;

const EXPORTER = "torchserve-check-exporter";
/** Starts the emulator of an executable at the usual ports, and waits until it answers. */
const emulator = (path: string) =>
  `systemd-run --quiet --collect --unit=emulator ${path} emulate; for i in $(seq 100); do ` +
  `python3 -c 'import urllib.request; urllib.request.urlopen("http://127.0.0.1:8080/ping")' 2>/dev/null && break; sleep 0.1; done`;

/**
 * What people type to install, on a machine that has nothing of ours and no network.
 *
 * @param release the folder with the packages
 * @param folder for the machine's changes
 */
export function packagesSuite(release: () => string, folder: () => string): void {
  describe("installed on a clean machine, and removed", () => {
    let machine: CleanMachine;

    before(async () => {
      const [npm, python] = await Promise.all([fetchPackage(ROOT, "npm", ...NPM), prepareAgent()]);
      mkdirSync(folder(), { recursive: true });
      cpSync(release(), join(folder(), "release"), { recursive: true });
      cpSync(fileURLToPath(npm), join(folder(), "release/npm"), { recursive: true });
      const packages = join(python, "../../lib/python3.11/site-packages");
      assert.ok(existsSync(packages), `${packages}: the Agent's packages have to be of Debian 12's Python, 3.11`);
      cpSync(packages, join(folder(), "agent"), { recursive: true });
      machine = await CleanMachine.boot(folder());
    });
    after(() => machine?.close());

    /** Installs, looks and removes; then every file is as it was. */
    const leavesNothing = async (work: () => Promise<void>): Promise<void> => {
      const before = await machine.files();
      await work();
      assert.equal(await machine.files(), before);
    };
    const pip = (environment: string) => `pip --python ${environment}/bin/python`;

    it("pip install: the demo runs", async () => {
      await machine.shell("python3 -m venv --without-pip /opt/venv");
      await leavesNothing(async () => {
        await machine.shell(`${pip("/opt/venv")} install --no-index --find-links /mnt/release torchserve-check`);
        assert.match(await machine.shell("/opt/venv/bin/torchserve-check demo"), /torchserve\.openmetrics\.health/);
        await machine.shell(`${pip("/opt/venv")} uninstall --yes torchserve-check`);
      });
    });

    it("the wheel of the Agent's check: the check runs where only the Agent's base package is", async () => {
      const packages = "/opt/agent/lib/python3.11/site-packages";
      await machine.shell(`python3 -m venv --without-pip /opt/agent; cp -r /mnt/agent/. ${packages}`);
      await leavesNothing(async () => {
        await machine.shell(
          `${pip("/opt/agent")} install --no-index /mnt/release/datadog_torchserve_check-*x86_64.whl`,
        );
        const check = `${packages}/datadog_checks/torchserve_check`;
        await machine.shell(`test -f ${check}/data/conf.yaml.example; ${emulator(`${check}/torchserve-check`)}`);
        const { status, stdout, stderr } = await machine.run(["/opt/agent/bin/python", "-c", AGENT]);
        assert.equal(status, 0, stderr);
        assert.match(
          stdout,
          /^\d+\.\d+\.\d+ \d\d+ torchserve\.inference_api\.health torchserve\.management_api\.health torchserve\.openmetrics\.health\n$/,
        );
        await machine.shell(`systemctl stop emulator; ${pip("/opt/agent")} uninstall --yes datadog-torchserve-check`);
      });
    });

    it("npm install: the demo runs, and the launcher hands on what it gets", async () => {
      const npm = "cd /opt/project; node /mnt/release/npm/bin/npm-cli.js --cache /tmp/npm --offline --no-audit";
      await machine.shell(`mkdir /opt/project; echo '{}' > /opt/project/package.json; ${npm} install`);
      await leavesNothing(async () => {
        await machine.shell(
          `${npm} install /mnt/release/torchserve-check-linux-x64-*.tgz $(ls /mnt/release/torchserve-check-[0-9]*.tgz)`,
        );
        const program = "/opt/project/node_modules/.bin/torchserve-check";
        assert.match(await machine.shell(`${program} demo`), /torchserve\.openmetrics\.health/);
        assert.match(
          await machine.shell(`${program} --path`),
          /@torchserve-check\/linux-x64\/bin\/torchserve-check\n$/,
        );
        assert.equal((await machine.run([program, "--wrong"])).status, 2);
        const reply = await machine.shell(`echo '{"jsonrpc":"2.0","id":1,"method":"describe"}' | ${program}`);
        assert.match(reply, /^\{"jsonrpc":"2\.0","id":1,"result":/);
        await machine.shell(`${npm} uninstall torchserve-check @torchserve-check/linux-x64`);
        // npm leaves its own folder and what it knows of it.
        await machine.shell("rm -rf /opt/project/node_modules");
      });
    });

    it("apt install: the demo and the exporter's unit run, as no user that stays", async () => {
      await leavesNothing(async () => {
        await machine.shell("apt-get install --yes --quiet /mnt/release/torchserve-check_*_amd64.deb");
        assert.match(await machine.shell("torchserve-check demo"), /torchserve\.openmetrics\.health/);
        assert.equal((await machine.run(["systemctl", "is-active", EXPORTER])).stdout, "inactive\n");
        await machine.shell(`systemctl enable --quiet --now ${EXPORTER}; ${emulator("/usr/bin/torchserve-check")}`);
        const page = await machine.shell(
          `python3 -c 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:19082/probe?target=127.0.0.1").read().decode())'`,
        );
        assert.match(page, /^probe_success 1$/m);
        assert.match(page, /^torchserve_management_api_model_workers_current\{/m);
        const user = await machine.shell(`stat -c %u /proc/$(systemctl show ${EXPORTER} -p MainPID --value)`);
        assert.ok(Number(user) >= 61_184, `a user of systemd's own, not ${user}`);
        const security = await machine.shell(`systemd-analyze security --no-pager ${EXPORTER}`);
        const [, exposure] = /exposure level for .*: (\d+\.\d+)/.exec(security) ?? [];
        assert.ok(Number(exposure) < 2, `systemd-analyze security: ${exposure}`);
        await machine.shell("systemctl stop emulator; apt-get purge --yes --quiet torchserve-check");
        assert.notEqual((await machine.run(["systemctl", "is-active", EXPORTER])).stdout, "active\n");
      });
    });
  });
}
