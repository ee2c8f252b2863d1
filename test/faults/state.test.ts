import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, afterEach, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { BINARY, type Plugin, PLUGINS } from "../support/plugin_process.ts";
import { Host } from "./host.ts";

const CHECK_ID = "torchserve-state";
const isRoot = process.getuid?.() === 0;

let emulator: Emulator;
let directory: string;
const mounts: string[] = [];
before(async () => {
  emulator = await startEmulator({ models: Array.from({ length: 300 }, (_, i) => ({ name: `model${i}` })) });
});
after(() => emulator.close());
afterEach(async () => {
  for (const mount of mounts.splice(0)) execFileSync("umount", ["-l", mount]);
  if (directory !== undefined) {
    await chmod(directory, 0o700);
    await rm(directory, { recursive: true, force: true });
  }
});

const fresh = async (): Promise<string> => directory = await mkdtemp(join(tmpdir(), "torchserve-check-state-"));
/** A file system in memory; only root can make one. */
const mounted = async (options: string): Promise<string> => {
  const path = join(await fresh(), "mount");
  await mkdir(path);
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
  mounts.push(path);
  return path;
};
const file = (states: string) => join(states, `${CHECK_ID}.json`);
const started = async (plugin: Plugin, states: string): Promise<Host> => {
  const host = new Host(plugin);
  await host.ask("initialize", { protocol_version: 1, state_dir: states });
  return host;
};
const run = (host: Host): Promise<Report> =>
  host.run({
    instance: { management_api_url: emulator.managementUrl, include: ["^model0$"], limit: 300 },
    check_id: CHECK_ID,
  });
const runOnce = async (plugin: Plugin, states: string): Promise<Report> => {
  const host = await started(plugin, states);
  const report = await run(host);
  await host.finish();
  return report;
};
const problems = ({ warnings }: Report) => warnings.filter(({ code }) => code === "internal").map((w) => w.message);
const events = ({ events }: Report) => events.map(({ msg_text }) => msg_text);

for (const plugin of PLUGINS) {
  describe(`the state of ${plugin.name}`, () => {
    it("in a read-only state_dir: the report is whole and says why it cannot be kept", async () => {
      const states = isRoot ? await mounted("ro") : await fresh();
      if (!isRoot) await chmod(states, 0o500);
      const report = await runOnce(plugin, states);
      assert.equal(report.status, "ok");
      assert.equal(problems(report).length, 1);
      assert.match(problems(report)[0] ?? "", /state cannot be kept/);
    });

    it("in a state_dir that is a file: the same", async () => {
      const path = join(await fresh(), "file");
      await writeFile(path, "");
      const report = await runOnce(plugin, path);
      assert.equal(report.status, "ok");
      assert.match(problems(report).join(), /state cannot be kept/);
    });

    it("that is corrupted, huge, another's or no file: a first run, which says so and keeps a good one", async () => {
      const good = { version: 1, key: CHECK_ID, state: { version: 1, url: emulator.managementUrl } };
      const corruptions: Record<string, (path: string) => Promise<unknown>> = {
        empty: (path) => writeFile(path, ""),
        cut: (path) => writeFile(path, JSON.stringify(good).slice(0, 30)),
        NULs: (path) => writeFile(path, new Uint8Array(4_096)),
        "invalid UTF-8": (path) => writeFile(path, Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)),
        "another's": (path) => writeFile(path, JSON.stringify({ ...good, key: "other" })),
        "another version": (path) => writeFile(path, JSON.stringify({ ...good, version: 99 })),
        "100,000 deep": (path) => writeFile(path, "[".repeat(100_000)),
        "8 GB": async (path) => {
          await writeFile(path, "{");
          await truncate(path, 8_000_000_000);
        },
        "a named pipe": (path) => Promise.resolve(execFileSync("mkfifo", [path])),
      };
      for (const [what, corrupt] of Object.entries(corruptions)) {
        const states = await fresh();
        await corrupt(file(states));
        const report = await runOnce(plugin, states);
        assert.equal(report.status, "ok", what);
        assert.deepEqual(events(report), [], what);
        assert.match(problems(report).join(), /starting afresh/, what);
        assert.deepEqual(problems(await runOnce(plugin, states)), [], what);
        await rm(states, { recursive: true });
      }
    });

    it("whose content is odd: a first run", async () => {
      const states = await fresh();
      for (
        const state of [[1], {}, { version: "1" }, {
          version: 1,
          url: emulator.managementUrl,
          models: "x",
          listed_at: [],
        }]
      ) {
        await writeFile(file(states), JSON.stringify({ version: 1, key: CHECK_ID, state }));
        const report = await runOnce(plugin, states);
        assert.deepEqual([report.status, events(report)], ["ok", []]);
      }
    });
  });
}

describe("the state of binary", () => {
  it("is the old or the new one after SIGKILL at any moment", async () => {
    const states = await fresh();
    await runOnce(BINARY, states);
    const first = await started(BINARY, states);
    const before = performance.now();
    await run(first);
    const tookMs = performance.now() - before;
    first.signal("SIGKILL");
    await first.ended;
    let known = new Set(await modelsIn(states));
    for (let round = 0; round < 30; round++) {
      emulator.models.register({ name: `killed${round}` });
      const host = await started(BINARY, states);
      void run(host).catch(() => {});
      // From before the first request to after the reply, however fast the machine is just now.
      await new Promise((resolve) => setTimeout(resolve, tookMs * round / 10));
      host.signal("SIGKILL");
      await host.ended;
      const now = new Set(await modelsIn(states));
      assert.ok([...known].every((name) => now.has(name)), `round ${round}: a model was lost`);
      known = now;
    }
    const last = await runOnce(BINARY, states);
    assert.deepEqual(problems(last), []);
    assert.equal((await modelsIn(states)).length, 330);
    assert.ok(events(last).length < 30, "some of the killed processes had kept their state");
  });

  it("on a full disk: the report is whole, the old state stays, and is replaced once there is room", {
    skip: isRoot ? false : "only root can mount a small file system",
  }, async () => {
    const states = await mounted("size=96k");
    await runOnce(BINARY, states);
    const before = await readFile(file(states), "utf8");
    const filler = await open(join(states, "filler"), "w");
    await filler.write(new Uint8Array(96 * 1_024)).catch(() => {});
    await filler.close();
    emulator.models.register({ name: "on_a_full_disk" });
    const host = await started(BINARY, states);
    const full = await run(host);
    assert.equal(full.status, "ok");
    assert.deepEqual(events(full).length, 1);
    assert.match(problems(full).join(), /state cannot be kept.*ENOSPC/);
    assert.equal(await readFile(file(states), "utf8"), before);
    assert.deepEqual((await readdir(states)).filter((name) => name.endsWith(".tmp")), []);
    await rm(join(states, "filler"));
    assert.deepEqual(problems(await run(host)), []);
    assert.notEqual(await readFile(file(states), "utf8"), before);
    await host.finish();
  });
});

async function modelsIn(states: string): Promise<string[]> {
  const { state }: { state: { models: [string, string][] } } = JSON.parse(await readFile(file(states), "utf8"));
  return state.models.map(([name]) => name);
}
