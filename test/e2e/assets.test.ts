import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FakeDatadog, KEYS } from "../support/fake_datadog.ts";
import { FakeGrafana, TOKEN } from "../support/fake_grafana.ts";
import { BINARY, PLUGINS, runPlugin } from "../support/plugin_process.ts";

for (const plugin of PLUGINS) {
  describe(`assets on ${plugin.name}`, () => {
    let directory: string;
    before(async () => void (directory = await mkdtemp(join(tmpdir(), "assets-"))));
    after(() => rm(directory, { recursive: true }));
    const run = (...args: string[]) => runPlugin(plugin, "", { args: ["assets", ...args], cwd: directory });

    it("are listed, extracted and validated, inside the program and in a folder", async () => {
      const listed = await run("list");
      assert.match(listed.stdout, /^ +\d+ {2}assets\/dashboards\/overview\.json$/m);
      assert.equal((await run("extract", "here")).status, 0);
      // Sources are validated by the unit tests, on both runtimes.
      if (plugin !== BINARY) return;
      const inside = await run("validate");
      assert.deepEqual([inside.status, inside.stdout.trimEnd().split(", ").at(-1)], [0, "fine"], inside.stdout);
      const fine = await run("validate", "here");
      assert.equal(fine.status, 0, fine.stdout);
      const path = join(directory, "here/assets/monitors/disk.json");
      await writeFile(path, (await readFile(path, "utf8")).replace('"critical": 95', '"critical": 96'));
      const found = await run("validate", "here");
      assert.equal(found.status, 1);
      assert.match(
        found.stdout,
        /^assets\/monitors\/disk\.json:\d+: the threshold 96 is not the one of the query, 95$/m,
      );
      const json = await run("validate", "here", "--format", "json");
      // Each finding is a line, and the last line counts them.
      assert.equal(JSON.parse(json.stdout).findings.length, found.stdout.trimEnd().split("\n").length - 1);
      const kept = await run("extract", "here");
      assert.equal(kept.status, 1);
      assert.match(kept.stdout, /disk\.json: left alone/);
      assert.equal((await run("extract", "here", "--force")).status, 0);
      assert.equal((await run("validate", "here")).status, 0);
      const nowhere = await run("validate", "nowhere");
      assert.equal(nowhere.status, 2);
      assert.match(nowhere.stderr, /nowhere/);
    });

    it("are rendered as dashboards for Grafana, with files for its provisioning that find them", async () => {
      const rendered = await run("render", "grafana", "--output", "grafana");
      assert.equal(rendered.status, 0, rendered.stderr);
      assert.equal(rendered.stdout, "grafana: 4 files written\n");
      const read = (path: string) => readFile(join(directory, "grafana", path), "utf8");
      assert.equal(JSON.parse(await read("dashboards/torchserve-overview.json")).uid, "torchserve-overview");
      assert.match(
        await read("provisioning/dashboards/torchserve.yaml"),
        new RegExp(`path: .*${join(directory, "grafana/dashboards").replaceAll("/", "\\/")}$`, "m"),
      );
    });

    it("are rendered as rules for Prometheus, over nothing that a person has changed", async () => {
      const render = (...more: string[]) => run("render", "prometheus", "--output", "rules", ...more);
      const rendered = await render();
      assert.equal(rendered.status, 0, rendered.stderr);
      assert.equal(rendered.stdout, "rules: 2 files written\n");
      const path = join(directory, "rules/torchserve.rules.yaml");
      const text = await readFile(path, "utf8");
      assert.match(text, /^ +- alert: TorchServeModelHealth$/m);
      await writeFile(path, text.replace("for: 3m", "for: 5m"));
      const kept = await render();
      assert.equal(kept.status, 1);
      assert.match(kept.stdout, /torchserve\.rules\.yaml: left alone/);
      const elsewhere = await render("--force", "--runbooks", "https://wiki.example/torchserve");
      assert.equal(elsewhere.status, 0);
      assert.match(
        await readFile(path, "utf8"),
        /runbook_url: https:\/\/wiki\.example\/torchserve#a-model-is-unhealthy/,
      );
      const wrong = await render("--runbooks", "a page: {{ .Secret }}");
      assert.equal(wrong.status, 2);
    });
  });
}

describe("assets push, as the binary", () => {
  let directory: string;
  let datadog: FakeDatadog;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "push-"));
    datadog = await new FakeDatadog().start();
  });
  after(async () => {
    await datadog.stop();
    await rm(directory, { recursive: true });
  });

  const environment = () => ({ DD_API_KEY: KEYS.api, DD_APP_KEY: KEYS.app, DD_API_URL: datadog.url });
  const only = ["--only", "monitors,dashboards"];

  it("brings everything, twice without a change, says what was edited, and takes it back; it shows no key", async () => {
    const env = environment();
    const before = datadog.snapshot();
    const outputs: string[] = [];
    const run = async (...args: string[]) => {
      const ended = await runPlugin(BINARY, "", { args: ["assets", ...args], env, cwd: directory });
      outputs.push(ended.stdout, ended.stderr);
      return ended;
    };
    const state = ["--state", "state.json"];
    const dry = await run("push", ...only, "--dry-run", ...state);
    assert.equal(dry.status, 0, dry.stdout);
    assert.match(dry.stdout, /^would create monitor disk$/m);
    assert.equal(datadog.writes, 0);
    const first = await run("push", ...state);
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /^created +dashboard overview: \S+$/m);
    assert.match(first.stdout, /17 created, 43 not yet|43 not yet, 17 created/);
    const second = await run("push", ...state);
    assert.match(second.stdout, /43 not yet, 17 unchanged/);
    assert.equal((await run("pull", "--diff", ...state)).status, 0);
    const [id = "", monitor = {}] =
      [...datadog.monitors].find(([, { tags }]) => (tags as string[]).includes("asset:disk")) ?? [];
    datadog.monitors.set(id, { ...monitor, message: "Mine" });
    const edited = await run("push", ...state);
    assert.equal(edited.status, 1);
    assert.match(edited.stdout, /^edited +monitor disk: .*--force/m);
    assert.match(edited.stdout, /^ {4}- message: "Mine"$/m);
    assert.equal((await run("pull", "--diff", ...state)).status, 1);
    assert.equal((await run("push", "--force", ...state)).status, 0);
    assert.equal((await run("push", "--remove", ...state)).status, 0);
    assert.deepEqual(datadog.snapshot(), before);
    outputs.push(await readFile(join(directory, "state.json"), "utf8"));
    for (const key of [KEYS.api, KEYS.app]) assert.ok(!outputs.join("").includes(key), "a key is shown");
  });

  it("takes its keys from a file that others cannot read, and says what is missing", async () => {
    const file = join(directory, "keys");
    await writeFile(
      file,
      `# keys\nDD_API_KEY=${KEYS.api}\nexport DD_APP_KEY="${KEYS.app}"\nDD_API_URL=${datadog.url}\n`,
      { mode: 0o644 },
    );
    const run = (args: string[], env: Record<string, string> = {}) =>
      runPlugin(BINARY, "", {
        args: ["assets", "push", "--dry-run", ...only, ...args],
        env: { DD_API_KEY: "", DD_APP_KEY: "", DD_SITE: "", DD_API_URL: "", ...env },
        cwd: directory,
      });
    const open = await run(["--credentials", file]);
    assert.equal(open.status, 2);
    assert.match(open.stderr, /can be read by others\nWhat to do: chmod 600/);
    await chmod(file, 0o600);
    const fine = await run(["--credentials", file]);
    assert.equal(fine.status, 0, fine.stderr);
    const none = await run([]);
    assert.deepEqual([none.status, /DD_API_KEY is not set/.test(none.stderr)], [2, true]);
    const keys = { DD_API_KEY: "k", DD_APP_KEY: "k" };
    assert.match((await run([], { ...keys, DD_SITE: "datadog.com" })).stderr, /datadog\.com is no site of Datadog/);
    assert.match((await run([], { ...keys, DD_API_URL: "http://example.org" })).stderr, /in the clear/);
    const refused = await run([], { ...keys, DD_API_URL: datadog.url });
    assert.equal(refused.status, 1);
    assert.match(refused.stdout, /^refused +the list of monitors: .*403/m);
  });

  it("shows no key of either backend that a server echoes, and pushes nothing where its state cannot be kept", async () => {
    const env = { ...environment(), GRAFANA_URL: datadog.url, GRAFANA_TOKEN: TOKEN };
    const run = (...args: string[]) => runPlugin(BINARY, "", { args: ["assets", ...args], env, cwd: directory });
    datadog.fate = () => ({ status: 400 });
    const outputs: string[] = [];
    for (const to of [[...only], ["--only", "metadata"], ["--to", "grafana"]]) {
      const { stdout, stderr } = await run("push", ...to, "--state", "echo.json");
      outputs.push(stdout, stderr);
    }
    outputs.push(await readFile(join(directory, "echo.json"), "utf8"));
    datadog.fate = () => "done";
    assert.match(outputs.join(""), /no, with .*\*\*\*/);
    for (const key of [KEYS.api, KEYS.app, TOKEN]) assert.ok(!outputs.join("").includes(key), "a key is shown");
    const { length } = datadog.asked;
    const lost = await run("push", "--state", "nowhere/state.json");
    assert.deepEqual([lost.status, datadog.asked.length], [2, length], lost.stderr);
    assert.match(lost.stderr, /nowhere\/state\.json cannot be written: .*nothing was pushed/s);
    const wrong = await run("push", "--to", "grafana", "--only", "monitors");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--only: only dashboards go to Grafana/);
  });

  it("brings the dashboards to Grafana, twice without a change, says what was edited, and takes them back", async () => {
    const grafana = await new FakeGrafana().start();
    const env = { GRAFANA_URL: grafana.url, GRAFANA_TOKEN: TOKEN };
    const before = grafana.snapshot();
    const run = (...args: string[]) =>
      runPlugin(BINARY, "", { args: ["assets", ...args, "--to", "grafana"], env, cwd: directory });
    const state = ["--state", "grafana.json"];
    const first = await run("push", ...state);
    assert.equal(first.status, 0, first.stdout + first.stderr);
    assert.match(first.stdout, /^created +dashboard overview: torchserve-overview$/m);
    for (const more of [state, []]) {
      const again = await run("push", ...more);
      assert.deepEqual([again.status, again.stdout.trimEnd().split("\n").at(-1)], [0, "2 unchanged"]);
      assert.equal((await run("pull", "--diff", ...more)).status, 0);
    }
    grafana.edit("torchserve-models", { title: "Mine" });
    const edited = await run("push");
    assert.equal(edited.status, 1);
    assert.match(edited.stdout, /^edited +dashboard models: .*\n {4}- title: "Mine"$/m);
    assert.equal((await run("pull", "--diff", ...state)).status, 1);
    assert.equal((await run("push", "--remove", "--force", ...state)).status, 0);
    assert.deepEqual(grafana.snapshot(), before);
    await grafana.stop();
  });
});
