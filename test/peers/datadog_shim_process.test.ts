import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import { startEmulator } from "../../plugin/emulator/mod.ts";
import { temporaryDirectory } from "../unit/metrics_log_support.ts";
import { type Page, servePage } from "./agent/page.ts";
import { prepareAgent } from "./agent/prepare.ts";
import { BINARY, isAlive, ShimHost, type ShimHostOptions } from "./agent/shim.ts";

const KILLS = 200;
const THREADS = 4;

const look = v.strictObject({ threads: v.number(), files: v.number() });
const killsSchema = v.strictObject({
  kills: v.number(),
  runs: v.number(),
  failures: v.array(v.string()),
  odd: v.array(v.string()),
  left: v.array(v.number()),
  before: look,
  after: look,
});

/** Waits until something is so; what never is, ends the test by its own time limit. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await sleep(20);
}

const started: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.close();
});

async function startHost(options?: ShimHostOptions): Promise<ShimHost> {
  const host = await ShimHost.start(options);
  started.push(host);
  return host;
}

async function startPage(delayMs = 0): Promise<Page> {
  const page = await servePage(delayMs);
  started.push(page);
  return page;
}

/** The only process of torchserve-check that a host has. */
async function childOf(host: ShimHost): Promise<number> {
  const { children } = await host.look();
  assert.equal(children.length, 1, `${children}`);
  return children[0] ?? NaN;
}

const timeout = 60_000;

describe("the process that all instances of an Agent share", () => {
  it(`dies ${KILLS} times in mid-run below ${THREADS} threads, and no run is lost`, { timeout: 280_000 }, async () => {
    const page = await startPage(5);
    const script = fileURLToPath(new URL("agent/shim_kills.py", import.meta.url));
    const { stdout } = await promisify(execFile)(await prepareAgent(), [script, page.url, `${KILLS}`, `${THREADS}`], {
      env: { ...process.env, TORCHSERVE_CHECK_BIN: BINARY },
    });
    const { kills, runs, failures, odd, left, before, after } = v.parse(killsSchema, JSON.parse(stdout));
    process.stderr.write(`${kills} kills in ${runs} runs\n`);
    assert.ok(runs > KILLS * THREADS);
    const expected = { kills: KILLS, failures: [], odd: [], left: [], after: before };
    assert.deepEqual({ kills, failures, odd, left, after }, expected);
  });

  it("ends soon when the Agent is killed, though a run is under way", { timeout }, async () => {
    const page = await startPage(30_000);
    const host = await ShimHost.start();
    await host.create("slow", { instance: { openmetrics_endpoint: page.url, timeout: 2, min_collection_interval: 2 } });
    const run = host.run("slow").then(() => "finished", () => "killed");
    await until(() => page.requests() > 0);
    const children = await childrenOf(host.pid);
    assert.equal(children.length, 1);
    await host.kill();
    assert.equal(await run, "killed");
    await until(() => !children.some(isAlive));
  });

  it("ends when the last instance is unscheduled, and nothing of it is left", { timeout }, async () => {
    const page = await startPage();
    const host = await startHost();
    const before = await host.look();
    for (const check of ["one", "two"]) {
      await host.create(check, { instance: { openmetrics_endpoint: page.url, tags: [check] } });
      assert.equal((await host.run(check)).error, null);
    }
    const child = await childOf(host);
    await host.cancel("one");
    assert.equal((await host.run("two")).metrics.length, 3);
    assert.equal(await childOf(host), child);
    await host.cancel("two");
    await until(async () => (await host.look()).children.length === 0);
    await until(async () => (await host.look()).threads.length === before.threads.length);
    assert.equal((await host.look()).files, before.files);
  });

  it("gets no run of an instance that is cancelled from another thread, and stays", { timeout }, async () => {
    const page = await startPage(20_000);
    const quick = await startPage();
    const host = await startHost();
    await host.create("quick", { instance: { openmetrics_endpoint: quick.url } });
    await host.run("quick");
    const child = await childOf(host);
    await host.create("slow", { instance: { openmetrics_endpoint: page.url } });
    const { seconds, error, metrics, service_checks } = await host.run("slow", 0.3);
    assert.deepEqual({ error, metrics, service_checks }, { error: null, metrics: [], service_checks: [] });
    assert.ok(seconds < 10, `${seconds}`);
    assert.equal((await host.run("quick")).error, null);
    assert.equal(await childOf(host), child);
  });

  it("is one for two instances of one endpoint, each with a state of its own", { timeout }, async () => {
    const emulator = await startEmulator({ metricTimeInterval: 0 });
    started.push(emulator);
    const cache = temporaryDirectory();
    const host = await startHost({ cache });
    for (const tag of ["team:a", "team:b"]) {
      await host.create(tag, { instance: { management_api_url: emulator.managementUrl, tags: [tag] } });
    }
    for (const tag of ["team:a", "team:b"]) {
      const { error, metrics } = await host.run(tag);
      assert.equal(error, null);
      assert.ok(metrics.length > 0 && metrics.every(([, , , tags]) => tags.includes(tag)));
    }
    await childOf(host);
    assert.equal((await readdir(cache)).length, 2);
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const children = await Promise.all(
    (await readdir(`/proc/${pid}/task`)).map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8")),
  );
  return children.join(" ").split(" ").filter((text) => text !== "").map(Number);
}

describe("what an instance remembers", () => {
  it("outlives the process and the Agent: events of changes in between, each once", { timeout }, async () => {
    const emulator = await startEmulator({ metricTimeInterval: 0 });
    started.push(emulator);
    const cache = temporaryDirectory();
    const instance = { management_api_url: emulator.managementUrl };
    const titles = async (host: ShimHost) => (await host.run("models")).events.map((event) => event.msg_title);
    const first = await startHost({ cache });
    await first.create("models", { instance });
    assert.deepEqual(await titles(first), []);
    const add = (name: string) => void emulator.models.register({ name });

    add("while-it-runs");
    assert.deepEqual(await titles(first), ["A new model has been added"]);
    assert.deepEqual(await titles(first), []);

    add("while-the-process-is-dead");
    process.kill(await childOf(first), "SIGKILL");
    assert.deepEqual(await titles(first), ["A new model has been added"]);
    await first.close();

    add("while-the-Agent-is-down");
    emulator.models.unregister("while-it-runs");
    const second = await startHost({ cache });
    // Other options may change: the state is of the endpoint.
    await second.create("models", { instance: { ...instance, tags: ["team:a"], timeout: 20 } });
    assert.deepEqual((await titles(second)).sort(), ["A model has been removed", "A new model has been added"]);
    assert.deepEqual(await titles(second), []);

    // What is asked for of the endpoint is another matter.
    await second.create("filtered", { instance: { ...instance, include: ["while.*"] } });
    assert.deepEqual((await second.run("filtered")).events, []);
    assert.equal((await readdir(cache)).length, 2);
  });

  it("that cannot be read is none, with a warning", { timeout }, async () => {
    const emulator = await startEmulator({ metricTimeInterval: 0 });
    started.push(emulator);
    const cache = temporaryDirectory();
    const instance = { management_api_url: emulator.managementUrl };
    const first = await startHost({ cache });
    await first.create("models", { instance });
    await first.run("models");
    const [file = ""] = await readdir(cache);
    const text = await readFile(join(cache, file), "utf8");
    await writeFile(join(cache, file), text.slice(0, text.length / 2));
    const second = await startHost({ cache });
    await second.create("models", { instance });
    const { error, events, warnings } = await second.run("models");
    assert.deepEqual({ error, events }, { error: null, events: [] });
    assert.match(warnings.join("\n"), /^What the last run left cannot be read/);
    assert.deepEqual((await second.run("models")).warnings, []);
  });

  it(
    "counters flow across a new process, and begin anew with the Agent and with a new object",
    { timeout },
    async () => {
      const page = await startPage();
      const cache = temporaryDirectory();
      const instance = { openmetrics_endpoint: page.url };
      const flush = async (host: ShimHost) =>
        new Set((await host.run("page")).metrics.map(([, , , , , flush]) => flush));
      const first = await startHost({ cache });
      await first.create("page", { instance });
      assert.deepEqual(await flush(first), new Set([false]));
      assert.deepEqual(await flush(first), new Set([true]));
      process.kill(await childOf(first), "SIGKILL");
      assert.deepEqual(await flush(first), new Set([true]));
      // As the Agent's own check: another object, the same check_id.
      await first.create("page", { instance });
      assert.deepEqual(await flush(first), new Set([false]));
      await first.close();
      const second = await startHost({ cache });
      await second.create("page", { instance });
      assert.deepEqual(await flush(second), new Set([false]));
      assert.deepEqual(await readdir(cache), []);
    },
  );
});
