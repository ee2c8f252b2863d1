import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import { temporaryDirectory } from "../unit/metrics_log_support.ts";
import { servePage } from "./agent/page.ts";
import { BINARY, ShimHost, type ShimRun } from "./agent/shim.ts";

const started: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

async function startPage(): Promise<string> {
  const page = await servePage(0);
  started.push(page);
  return page.url;
}

async function startHost(env?: Readonly<Record<string, string>>): Promise<ShimHost> {
  const host = await ShimHost.start(env === undefined ? {} : { env });
  started.push(host);
  return host;
}

/** A host whose torchserve-check is a script, with an instance `it`. */
async function hostOf(script: string, more: Readonly<Record<string, unknown>> = {}): Promise<ShimHost> {
  const binary = join(temporaryDirectory(), "torchserve-check");
  await writeFile(binary, script);
  await chmod(binary, 0o755);
  const host = await startHost({ TORCHSERVE_CHECK_BIN: binary });
  await host.create("it", { instance: { openmetrics_endpoint: await startPage(), ...more } });
  return host;
}

const shell = (...lines: string[]) => ["#!/bin/sh", ...lines, ""].join("\n");
const GREETED = shell(
  "read -r greeting",
  `echo '{"jsonrpc":"2.0","id":1,"result":{"protocol_version":1,"plugin":{"name":"x","version":"1"},"capabilities":{}}}'`,
);

/** A run that submitted nothing: the target is not known to be down. */
function assertNothing({ metrics, service_checks, events }: ShimRun): void {
  assert.deepEqual({ metrics, service_checks, events }, { metrics: [], service_checks: [], events: [] });
}

/** The next start waits, the longer the more often it died: on a slow machine one comes first that does not. */
async function assertBackOff(host: ShimHost): Promise<void> {
  const expected = /died \d+ times in a row \(the log says how\): it is started again in \d+ s at the earliest$/;
  const errors: string[] = [];
  while (errors.length < 8) {
    const run = await host.run("it");
    assertNothing(run);
    if (expected.test(run.error ?? "")) return;
    errors.push(run.error ?? "");
  }
  assert.fail(errors.join("\n"));
}

const timeout = 60_000;

describe("where torchserve-check is", () => {
  it("is said to be unknown, with all places that were looked at", { timeout }, async () => {
    const host = await startHost({ PATH: temporaryDirectory() });
    await host.create("it", { instance: { openmetrics_endpoint: "http://localhost:1/metrics" } });
    const run = await host.run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /^torchserve-check was not found: it is neither in .*\/plugin\/hosts\/datadog, /);
    assert.match(run.error ?? "", /\/opt\/torchserve-check\/bin, .* nor on the PATH\. .*init_config\.binary/);
    assert.match(run.traceback ?? "", /ConfigurationError/);
  });

  it("follows from init_config before the environment, and neither is passed over", { timeout }, async () => {
    const host = await startHost({ TORCHSERVE_CHECK_BIN: "/nowhere/torchserve-check" });
    const instance = { openmetrics_endpoint: await startPage() };
    await host.create("environment", { instance });
    assert.match((await host.run("environment")).error ?? "", /^TORCHSERVE_CHECK_BIN is \/nowhere\/torchserve-check: /);
    await host.create("init_config", { instance, init_config: { binary: BINARY } });
    const { error, metrics, warnings } = await host.run("init_config");
    assert.deepEqual({ error, count: metrics.length, warnings }, { error: null, count: 3, warnings: [] });
    await host.create("wrong", { instance, init_config: { binary: temporaryDirectory() } });
    assert.match((await host.run("wrong")).error ?? "", /^init_config\.binary is .*: there is no such program/);
  });

  it("is another kind of program", { timeout }, async () => {
    const run = await (await hostOf("no program of this machine\n")).run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /cannot be started: Exec format error\. Is it the build for this machine\?$/);
  });

  it("is another program", { timeout }, async () => {
    const run = await (await hostOf(shell("exec cat"))).run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /is no torchserve-check, or another version of it: it answers '.*initialize/);
  });
});

describe("a process that goes wrong", () => {
  it("at its start is told with its last words, and started again later and later", { timeout }, async () => {
    const host = await hostOf(shell("echo 'a library is missing' >&2", "exit 3"));
    const runs = [await host.run("it"), await host.run("it")];
    runs.forEach(assertNothing);
    const [first, second] = runs.map(({ error }) => error ?? "");
    assert.match(first ?? "", /\(pid \d+\) ended with status 3; its last words: a library is missing$/);
    assert.equal(second?.replace(/\d+/g, ""), first?.replace(/\d+/g, ""));
    assert.match(runs[0]?.log.join("\n") ?? "", /^ERROR .*a library is missing\. It is started again at once$/m);
    assert.match(runs[1]?.log.join("\n") ?? "", /^ERROR .*It is started again in 1 s at the earliest$/m);
    await assertBackOff(host);
  });

  it("in mid-run gets the run a second time, not a third", { timeout }, async () => {
    const host = await hostOf(`${GREETED}read -r run\necho "out of memory" >&2\nexit 7\n`);
    const run = await host.run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /ended with status 7; its last words: out of memory$/);
    assert.equal(run.log.filter((line) => line.startsWith("ERROR ")).length, 2);
    await assertBackOff(host);
  });

  it("and writes rubbish for ever is killed", { timeout }, async () => {
    const run = await (await hostOf(shell("exec yes rubbish"))).run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /was killed: it wrote 100 lines that are no messages/);
    assert.match(run.log.join("\n"), /^WARNING .* wrote a line that is no message: 'rubbish'$/m);
  });

  it("and only says something in between works", { timeout }, async () => {
    const log = '{"jsonrpc":"2.0","method":"log","params":{"level":"error","message":"its own words"}}';
    const odd = '{"jsonrpc":"2.0","method":"log","params":7}';
    const host = await hostOf(shell(`printf '%s\\n' hello '${log}' '${odd}' '[]' ''`, `exec "${BINARY}"`));
    const { error, metrics, log: lines } = await host.run("it");
    assert.deepEqual({ error, count: metrics.length }, { error: null, count: 3 });
    assert.match(lines.join("\n"), /^ERROR its own words$/m);
  });

  it("of another version of the protocol is not used", { timeout }, async () => {
    const run = await (await hostOf(GREETED.replace(':{"protocol_version":1', ':{"protocol_version":2'))).run("it");
    assertNothing(run);
    assert.match(
      run.error ?? "",
      /speaks version 2 of the protocol, .*torchserve_check\.py version 1: install the two/,
    );
    const refusal = '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"protocol_version: expected 2"}}';
    const refused = await (await hostOf(shell("read -r greeting", `echo '${refusal}'`, "exec cat"))).run("it");
    assert.match(refused.error ?? "", /refused a request: protocol_version: expected 2 \(-32602\)$/);
  });

  it("and overruns is cancelled, and killed two seconds later", { timeout }, async () => {
    const time = { min_collection_interval: 0.3, timeout: 0.2 };
    const answers = '{"jsonrpc":"2.0","id":2,"error":{"code":-32800,"message":"cancelled by the host"}}';
    const obeys = await hostOf(`${GREETED}read -r run\nread -r cancel\necho '${answers}'\nexec cat\n`, time);
    const obeyed = await obeys.run("it");
    assertNothing(obeyed);
    assert.match(obeyed.error ?? "", /^the run took more than 0\.3 s and was cancelled: raise min_collection_interval/);
    assert.equal((await obeys.look()).children.length, 1);
    const hangs = await hostOf(`${GREETED}exec sleep 1000\n`, time);
    const run = await hangs.run("it");
    assertNothing(run);
    assert.match(run.error ?? "", /was cancelled: .* It did not end: torchserve-check was killed/);
    assert.ok(run.seconds > 2.2 && run.seconds < 20, `${run.seconds}`);
    const again = await hangs.run("it");
    assert.match(again.log.join("\n"), /^ERROR .* was killed: a run did not end within 2 s after it was cancelled\./m);
  });
});

describe("what is wrong with an instance or its target", () => {
  it("is raised as the Agent's checks raise it, after the health check was submitted", { timeout }, async () => {
    const host = await startHost();
    await host.create("down", { instance: { openmetrics_endpoint: "http://127.0.0.1:1/metrics" } });
    const down = await host.run("down");
    assert.match(down.error ?? "", /^No connection to http:\/\/127\.0\.0\.1:1\/metrics: .*\. .*check host and port/);
    assert.match(down.traceback ?? "", /PluginError/);
    assert.deepEqual(down.service_checks.map(([name, status]) => [name, status]), [[
      "torchserve.openmetrics.health",
      2,
    ]]);

    const both = { openmetrics_endpoint: "http://127.0.0.1:1/metrics", inference_api_url: "http://127.0.0.1:1" };
    await host.create("both", { instance: both });
    const wrong = await host.run("both");
    assert.match(wrong.error ?? "", /Too many endpoints configured for this instance/);
    assert.match(wrong.traceback ?? "", /ConfigurationError/);
    await host.create("typo", { instance: { openmetrics_endpoint: "127.0.0.1:1/metrics" } });
    assert.match((await host.run("typo")).error ?? "", /\(did you mean http:\/\/127\.0\.0\.1:1\/metrics\?\)$/);
  });

  it("warnings are on the status page of every run, and in the log once", { timeout }, async () => {
    const host = await startHost();
    // What the Agent itself acts on is none of them.
    const instance = { openmetrics_endpoint: await startPage(), extra_metric: [], run_once: true, debug_metrics: {} };
    await host.create("it", { instance, init_config: { use_agent_proxy: false } });
    const [first, second] = [await host.run("it"), await host.run("it")];
    assert.equal(first.error, null);
    assert.equal(first.warnings.length, 1);
    assert.match(first.warnings[0] ?? "", /^instance\.extra_metric: Unknown option.*\(did you mean extra_metrics\?\)$/);
    assert.deepEqual(second.warnings, first.warnings);
    assert.deepEqual([first, second].map(({ log }) => log.filter((line) => line.startsWith("WARNING ")).length), [
      1,
      0,
    ]);
  });

  it("the Agent's own proxy counts where no other is named", { timeout }, async () => {
    const host = await startHost();
    const instance = { openmetrics_endpoint: (await startPage()).replace("127.0.0.1", "localhost") };
    const cases = [
      [{}, {}, /proxy/i],
      [{ skip_proxy: true }, {}, undefined],
      [{}, { use_agent_proxy: false }, undefined],
      [{ proxy: { http: "http://127.0.0.1:2" } }, {}, /127\.0\.0\.1:2\b/],
      [{}, { proxy: { http: "http://127.0.0.1:3" } }, /127\.0\.0\.1:3\b/],
    ] as const;
    await host.configure({ proxy: { http: "http://127.0.0.1:1", https: "", no_proxy: null } });
    for (const [index, [more, init_config, expected]] of cases.entries()) {
      await host.create(`${index}`, { instance: { ...instance, ...more }, init_config });
      const { error } = await host.run(`${index}`);
      if (expected === undefined) assert.equal(error, null, `case ${index}`);
      else assert.match(error ?? "", expected, `case ${index}`);
    }
  });
});

describe("services that the Agent finds", () => {
  it(
    "get the candidates of torchserve-check, and the Agent takes the first that has metrics",
    { timeout },
    async () => {
      const emulator = await startEmulator({ metricTimeInterval: 0 });
      started.push(emulator);
      const port = (url: string) => ({ number: Number(new URL(url).port), name: "http" });
      const host = await startHost();
      assert.deepEqual(await host.candidates({ id: "a", host: "::1", ports: [{ number: 8082 }, { number: 8081 }] }), [
        { init_config: {}, instances: [{ openmetrics_endpoint: "http://[::1]:8082/metrics" }] },
        { init_config: {}, instances: [{ management_api_url: "http://[::1]:8081" }] },
      ]);
      const ports = [port(emulator.managementUrl), port(emulator.metricsUrl)];
      assert.deepEqual(await host.discover({ id: "a", host: "127.0.0.1", ports }), [
        { init_config: {}, instances: [{ openmetrics_endpoint: emulator.metricsUrl }] },
      ]);
      assert.deepEqual(await host.discover({ id: "a", host: "127.0.0.1", ports: [{ number: 1 }] }), []);
    },
  );
});
