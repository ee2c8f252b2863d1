import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BINARY } from "../support/plugin_process.ts";
import { requirePrograms } from "./debian.ts";
import { freePorts } from "./free_ports.ts";
import { ICINGA, startIcinga } from "./hosts/icinga.ts";
import { NAGIOS, startNagios } from "./hosts/nagios.ts";
import { MODELS, type Shown, startStates, STATE_NAMES, type States } from "./hosts/states.ts";
import type { Daemon } from "./peers/daemon.ts";

/** What is asked of a host until it has shown every state, in milliseconds. */
const PATIENCE = 60_000;

describe("a host of monitoring plugins shows the four states of servers with 50 models", () => {
  let directory: string;
  let plugin: string;
  let states: States;
  const daemons: Daemon[] = [];
  before(async () => {
    await requirePrograms({ [NAGIOS]: "nagios4-core", [ICINGA]: "icinga2-bin", "/usr/bin/setpriv": "util-linux" });
    directory = mkdtempSync(join(tmpdir(), "hosts-"));
    chmodSync(directory, 0o755);
    // Where the host's unprivileged user can run it.
    plugin = join(directory, "torchserve-check");
    copyFileSync(BINARY.command[0] ?? "", plugin);
    chmodSync(plugin, 0o755);
    states = await startStates(directory);
  });
  after(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    await states?.close();
    rmSync(directory, { recursive: true });
  });

  /** Waits for a result of each check. */
  const all = async (daemon: Daemon, shown: () => Map<string, Shown> | Promise<Map<string, Shown>>) => {
    daemons.push(daemon);
    for (const deadline = Date.now() + PATIENCE;;) {
      const found = await shown();
      if (STATE_NAMES.every((name) => found.has(name))) return found;
      assert.ok(Date.now() < deadline, `only ${[...found.keys()]} shown: ${daemon.console().slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  const assertStates = (found: Map<string, Shown>) => {
    for (const [state, name] of STATE_NAMES.entries()) {
      assert.equal(found.get(name)?.state, state, `${name}: ${found.get(name)?.output}`);
      assert.match(found.get(name)?.output ?? "", new RegExp(`^TORCHSERVE ${name} - \\S`));
      assert.doesNotMatch(found.get(name)?.output ?? "", /\|/);
    }
    const { perfdata } = found.get("OK") ?? assert.fail("no OK");
    for (const [label, value] of perfdata) {
      assert.match(value, /^-?[\d.]+(e[+-]?\d+)?(s|us|ms|%|[KMGT]?B|c)?(;[^;]*)*$/i, label);
    }
    const valueOf = (label: string) => perfdata.get(label)?.split(";")[0];
    for (let model = 1; model <= MODELS; model++) {
      assert.deepEqual(
        [valueOf(`model_${model}.health`), valueOf(`model_${model}.requests`)],
        ["0", "1c"],
        `model_${model}`,
      );
    }
    const kinds = ["openmetrics", "inference_api", "management_api"];
    assert.deepEqual(kinds.map((kind) => valueOf(`${kind}.health`)), ["0", "0", "0"]);
  };

  it("Nagios 4", async () => {
    const { daemon, shown } = await startNagios(directory, plugin, states.files);
    assertStates(await all(daemon, shown));
  });

  it("Icinga 2", async () => {
    const [port = 0] = await freePorts(1);
    const { daemon, shown } = await startIcinga(directory, port, plugin, states.files);
    assertStates(await all(daemon, shown));
  });
});
