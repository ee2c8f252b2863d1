import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { embeddedAssets } from "../../plugin/assets/mod.ts";
import { Api, type Outcome, PARTS, push, type PushRequest, PushState } from "../../plugin/assets/push/mod.ts";
import { httpDefaults } from "../../plugin/config/mod.ts";
import { createHttpClient } from "../../plugin/http/mod.ts";
import { monotonicMs } from "../../plugin/runtime/bounds.ts";
import { FakeDatadog, KEYS } from "../support/fake_datadog.ts";

const all = await embeddedAssets();
/** Two monitors, both dashboards and three metrics: enough, and quick. */
const texts = new Map(
  [...all].filter(([path]) => path.startsWith("assets/dashboards/") || /monitors\/(disk|probe)\.json$/.test(path)),
);
const lines = (all.get("metadata.csv") ?? "").split("\n");
texts.set(
  "metadata.csv",
  [lines[0], ...lines.slice(1).filter((line) => /memory\.(used|available)|inference\.count/.test(line))].join("\n"),
);
/** One of each kind, for pushes that are cut off at every request in turn. */
const oneOfEach = new Map([...texts].filter(([path]) => !/overview|probe/.test(path)));
oneOfEach.set("metadata.csv", [lines[0], ...lines.filter((line) => line.includes("memory.used"))].join("\n"));
const SEEN = "torchserve.openmetrics.memory.used";

describe("assets push", () => {
  let directory = "";
  let statePath = "";
  let count = 0;
  let datadog: FakeDatadog;
  const waited: number[] = [];

  before(async () => void (directory = await mkdtemp(join(tmpdir(), "push-"))));
  after(() => rm(directory, { recursive: true }));

  async function fresh(): Promise<void> {
    datadog = await new FakeDatadog().start();
    datadog.metrics.set(SEEN, { type: "gauge", description: null });
    statePath = join(directory, `state-${count++}.json`);
    waited.length = 0;
  }

  /** One push, in a process of its own as far as it can tell. */
  async function run(
    request: Partial<PushRequest> = {},
    path: string | "none" = statePath,
    assets: ReadonlyMap<string, string> = texts,
  ): Promise<string[]> {
    const http = await createHttpClient(
      httpDefaults({ headers: { "DD-API-KEY": KEYS.api, "DD-APPLICATION-KEY": KEYS.app }, timeout: 10 }),
      { deadlineMs: monotonicMs() + 60_000 },
    );
    const said: string[] = [];
    try {
      const hide = (text: string) => text.replaceAll(KEYS.api, "***").replaceAll(KEYS.app, "***");
      const wait = (seconds: number) => {
        waited.push(seconds);
        return Promise.resolve();
      };
      const api = new Api({ http, base: datadog.url, hide, wait, say: (text) => said.push(text) });
      const outcomes = await push(api, assets, await PushState.read(path === "none" ? undefined : path, datadog.url), {
        parts: new Set(PARTS),
        withPipeline: false,
        notify: [],
        remove: false,
        force: false,
        dry: false,
        onOutcome: () => {},
        ...request,
      });
      assert.ok(!JSON.stringify([outcomes, said]).includes(KEYS.api), "a key is shown");
      return outcomes.map(shown);
    } finally {
      await http.close();
    }
  }

  const shown = ({ what, done }: Outcome) => `${done} ${what}`;
  const done = (outcomes: readonly string[]) =>
    [...new Set(outcomes.map((line) => line.replace(/ (dashboard|monitor|metadata|pipeline|the) .*/, "")))].sort();

  it("makes everything once; twice is nothing to do; a metric never seen is not yet, and done later", async () => {
    await fresh();
    const first = await run();
    assert.deepEqual(done(first), ["created", "not yet", "updated"]);
    assert.deepEqual([datadog.dashboards.size, datadog.monitors.size], [2, 2]);
    assert.ok(datadog.mostWrites <= 4 && datadog.mostWrites > 1, `${datadog.mostWrites} writes at once`);
    const writes = datadog.writes;
    assert.deepEqual(done(await run()), ["not yet", "unchanged"]);
    assert.equal(datadog.writes, writes);
    datadog.metrics.set("torchserve.openmetrics.memory.available", { type: "gauge" });
    assert.ok((await run()).includes("updated metadata torchserve.openmetrics.memory.available"));
    assert.equal((await stat(statePath)).mode & 0o777, 0o600);
    assert.ok(!(await readFile(statePath, "utf8")).includes(KEYS.api));
    await datadog.stop();
  });

  it("knows its own without a state file, too", async () => {
    await fresh();
    await run();
    assert.deepEqual(done(await run({}, "none")), ["not yet", "unchanged"]);
    await datadog.stop();
  });

  it("reports what a person has edited, and overwrites it with force alone", async () => {
    for (const path of ["state", "none"] as const) {
      await fresh();
      await run();
      const [id = "", dashboard = {}] = [...datadog.dashboards][0] ?? [];
      datadog.dashboards.set(id, { ...dashboard, title: "Mine" });
      const [monitorId = "", monitor = {}] = [...datadog.monitors][0] ?? [];
      datadog.monitors.set(monitorId, { ...monitor, priority: 5 });
      const outcomes = await run({}, path === "none" ? "none" : statePath);
      assert.equal(outcomes.filter((line) => line.startsWith("edited ")).length, 2, outcomes.join("\n"));
      assert.equal(datadog.dashboards.get(id)?.["title"], "Mine");
      const forced = await run({ force: true }, path === "none" ? "none" : statePath);
      assert.equal(forced.filter((line) => line.startsWith("updated ")).length, 2, forced.join("\n"));
      assert.notEqual(datadog.dashboards.get(id)?.["title"], "Mine");
      await datadog.stop();
    }
  });

  it("brings a new version of what nobody edited", async () => {
    for (const path of ["state", "none"] as const) {
      await fresh();
      const before = texts.get("assets/monitors/disk.json") ?? "";
      await run();
      texts.set("assets/monitors/disk.json", before.replaceAll("the limit is 95 %", "at most 95 %"));
      const outcomes = await run({}, path === "none" ? "none" : statePath);
      texts.set("assets/monitors/disk.json", before);
      assert.ok(outcomes.includes("updated monitor disk"), outcomes.join("\n"));
      await datadog.stop();
    }
  });

  it("leaves a clone alone", async () => {
    await fresh();
    await run();
    const [id = "", dashboard = {}] = [...datadog.dashboards][0] ?? [];
    datadog.dashboards.clear();
    datadog.dashboards.set("clone", { ...dashboard, id: "clone", title: "A clone", created_at: "2020" });
    datadog.dashboards.set(id, dashboard);
    const clone = JSON.stringify(datadog.dashboards.get("clone"));
    await run();
    await run({ force: true });
    assert.equal(JSON.stringify(datadog.dashboards.get("clone")), clone);
    await datadog.stop();
  });

  it("knows its own by the state where a person took the mark away, also beside a clone that has it", async () => {
    await fresh();
    await run();
    const [id = "", dashboard = {}] = [...datadog.dashboards][0] ?? [];
    datadog.dashboards.set("clone", { ...dashboard, id: "clone", created_at: "2020" });
    datadog.dashboards.set(id, { ...dashboard, description: "Mine" });
    const clone = JSON.stringify(datadog.dashboards.get("clone"));
    assert.deepEqual(done(await run()), ["edited", "not yet", "unchanged"]);
    assert.ok(done(await run({ force: true })).includes("updated"));
    assert.deepEqual([datadog.dashboards.get(id)?.["description"], datadog.dashboards.size], [
      dashboard["description"],
      3,
    ]);
    assert.equal(JSON.stringify(datadog.dashboards.get("clone")), clone);
    await datadog.stop();
  });

  it("keeps what others set beside it: teams and editors of a dashboard, the silence of a monitor", async () => {
    for (const path of ["state", "none"] as const) {
      await fresh();
      await run();
      for (const [id, body] of datadog.dashboards) {
        datadog.dashboards.set(id, { ...body, tags: ["team:ml"], restricted_roles: ["r"], notify_list: ["a@b"] });
      }
      for (const [id, body] of datadog.monitors) {
        datadog.monitors.set(id, {
          ...body,
          options: { ...body["options"] as object, silenced: { "*": null, "host:a": 5 } },
        });
      }
      assert.deepEqual(done(await run()), ["not yet", "unchanged"]);
      const changed = new Map(texts);
      for (const [path, text] of texts) {
        changed.set(
          path,
          text.replace("the limit is 95 %", "at most 95 %").replace('"title": "TorchServe', '"title": "A TorchServe'),
        );
      }
      const outcomes = await run({}, path === "none" ? "none" : statePath, changed);
      assert.equal(outcomes.filter((line) => line.startsWith("updated ")).length, 3, outcomes.join("\n"));
      for (const { tags, restricted_roles: roles } of datadog.dashboards.values()) {
        assert.deepEqual([tags, roles], [["team:ml"], ["r"]]);
      }
      for (const { options } of datadog.monitors.values()) {
        assert.ok("host:a" in (options as { silenced: object }).silenced);
      }
      await datadog.stop();
    }
  });

  it("knows after a cut between a write and its note that nobody edited", async () => {
    await fresh();
    await run();
    const old = await readFile(statePath, "utf8");
    const changed = new Map(texts);
    changed.set(
      "assets/monitors/disk.json",
      (texts.get("assets/monitors/disk.json") ?? "").replaceAll("the limit is 95 %", "at most 95 %"),
    );
    await run({}, statePath, changed);
    await writeFile(statePath, old);
    assert.deepEqual(done(await run({}, statePath, changed)), ["not yet", "unchanged"]);
    assert.ok((await run()).includes("updated monitor disk"));
    await datadog.stop();
  });

  it("puts metadata back to what it was, also when the push was cut off at its write", async () => {
    for (const cut of ["cut before", "cut after"] as const) {
      await fresh();
      const before = { type: "count", description: null, unit: "byte" };
      datadog.metrics.set(SEEN, before);
      datadog.fate = (_, request) => request.startsWith("PUT /api/v1/metrics") ? cut : "done";
      await run({ parts: new Set(["metadata"] as const) });
      datadog.fate = () => "done";
      await run({ parts: new Set(["metadata"] as const) });
      assert.equal(datadog.metrics.get(SEEN)?.["type"], "gauge");
      datadog.metrics.set(SEEN, { ...datadog.metrics.get(SEEN), type: "rate" });
      assert.ok(
        (await run({ parts: new Set(["metadata"] as const) })).includes(`edited metadata ${SEEN}`),
        "a type that a person set",
      );
      datadog.metrics.set(SEEN, { ...datadog.metrics.get(SEEN), type: "gauge" });
      await run({ remove: true });
      const { type, description, unit } = datadog.metrics.get(SEEN) ?? {};
      assert.deepEqual({ type, description: description || null, unit }, before);
      await datadog.stop();
    }
  });

  it("ends soon where nothing answers, and says what an answer of another form lacks without its text", async () => {
    await fresh();
    datadog.fate = () => "cut before";
    const outcomes = await run();
    assert.deepEqual(done(outcomes), ["failed", "skipped"]);
    assert.ok(datadog.asked.every((one) => one.startsWith("GET /api/v1/metrics/")), datadog.asked.join("\n"));
    datadog.fate = () => ({ status: 200 });
    assert.ok(done(await run({ parts: new Set(["monitors"] as const) })).includes("failed"));
    await datadog.stop();
  });

  it("takes back only with the pipeline's permission what it never made", async () => {
    await fresh();
    datadog.fate = (_, request) => request.includes("/logs/") ? { status: 403 } : "done";
    await run();
    assert.deepEqual(done(await run({ remove: true })), ["absent", "removed"]);
    await datadog.stop();
  });

  it("comes to the same end however often it is cut off, at every request in turn", async () => {
    await fresh();
    await run({ withPipeline: true }, statePath, oneOfEach);
    const requests = datadog.asked.length;
    const wanted = datadog.snapshot();
    await datadog.stop();
    // A request is cut off after it was done: one that was not is the one before it, cut off so.
    for (let at = 1; at <= requests; at++) {
      await fresh();
      // From the n-th request on, nothing comes through: the push fails or is killed there.
      datadog.fate = (n) => n < at ? "done" : n === at ? "cut after" : "cut before";
      await run({ withPipeline: true }, statePath, oneOfEach);
      datadog.fate = () => "done";
      const state = at % 2 === 0 ? "none" : statePath;
      await run({ withPipeline: true }, state, oneOfEach);
      assert.deepEqual(datadog.snapshot(), wanted, `${at}`);
      await datadog.stop();
    }
  });

  it("goes through a single cut of any request by itself", async () => {
    await fresh();
    await run({}, statePath, oneOfEach);
    const requests = datadog.asked.length;
    const wanted = datadog.snapshot();
    await datadog.stop();
    for (
      const fate of ["cut after", { status: 502 }, { status: 429, headers: { "x-ratelimit-reset": "7" } }] as const
    ) {
      for (let at = 1; at <= requests; at++) {
        await fresh();
        datadog.fate = (n) => n === at ? fate : "done";
        const outcomes = await run({}, statePath, oneOfEach);
        assert.deepEqual(datadog.snapshot(), wanted, `${JSON.stringify(fate)} ${at}`);
        assert.ok(!outcomes.some((line) => line.startsWith("failed")), outcomes.join("\n"));
        if (typeof fate === "object" && fate.status === 429) assert.ok(waited.includes(7));
        await datadog.stop();
      }
    }
  });

  it("stops at the first refusal, and shows no key that a server echoes", async () => {
    for (const status of [401, 403]) {
      await fresh();
      datadog.fate = (_, request) => request.startsWith("POST") ? { status } : "done";
      const outcomes = await run();
      assert.ok(outcomes.some((line) => line.startsWith("refused ")), outcomes.join("\n"));
      assert.ok(outcomes.some((line) => line.startsWith("skipped ")), outcomes.join("\n"));
      assert.ok(datadog.asked.filter((one) => one.startsWith("POST")).length <= 4);
      await datadog.stop();
    }
  });

  it("takes back what it made, and leaves what was there before", async () => {
    await fresh();
    datadog.dashboards.set("other", {
      id: "other",
      title: "Other",
      description: "mine",
      widgets: [],
      created_at: "2020",
    });
    datadog.monitors.set("7", { id: 7, name: "Other", tags: ["managed_by:torchserve-check-not"], options: {} });
    datadog.pipelines.set("own", { id: "own", name: "Other", is_read_only: false, tags: [] });
    datadog.order = ["own"];
    datadog.metrics.set(SEEN, { type: "gauge", description: null, unit: "byte" });
    const before = datadog.snapshot();
    await run({ withPipeline: true, force: true });
    assert.notDeepEqual(datadog.snapshot(), before);
    const outcomes = await run({ remove: true });
    assert.deepEqual(done(outcomes), ["absent", "removed"]);
    const metric = datadog.metrics.get(SEEN) ?? {};
    datadog.metrics.set(SEEN, {
      type: metric["type"],
      description: metric["description"] || null,
      unit: metric["unit"],
    });
    assert.deepEqual(datadog.snapshot(), before);
    await datadog.stop();
  });

  it("does nothing in a dry run, lets the server judge the monitors, and shows what would change", async () => {
    await fresh();
    const before = datadog.snapshot();
    const outcomes = await run({ dry: true });
    assert.deepEqual(done(outcomes), ["not yet", "would create", "would update"]);
    assert.equal(datadog.writes, 0);
    assert.equal(datadog.asked.filter((one) => one.endsWith("/validate")).length, 2);
    assert.deepEqual(datadog.snapshot(), before);
    assert.equal(await stat(statePath).catch(() => undefined), undefined);
    await datadog.stop();
  });

  it("finds its own on any page of the lists", async () => {
    await fresh();
    await run();
    const own = [[...datadog.dashboards], [...datadog.monitors]] as const;
    datadog.dashboards.clear();
    datadog.monitors.clear();
    for (let i = 0; i < 250; i++) {
      datadog.dashboards.set(`d${i}`, {
        id: `d${i}`,
        title: "TorchServe",
        description: "torchserve-check",
        widgets: [],
      });
      datadog.monitors.set(`m${i}`, { id: 1_000 + i, name: "TorchServe", tags: ["managed_by:torchserve-check"] });
    }
    for (const [id, body] of own[0]) datadog.dashboards.set(id, body);
    for (const [id, body] of own[1]) datadog.monitors.set(id, body);
    const { writes } = datadog;
    assert.deepEqual(done(await run({}, "none")), ["not yet", "unchanged"]);
    await run({ remove: true }, "none");
    assert.equal(datadog.writes, writes + own[0].length + own[1].length);
    assert.deepEqual([datadog.dashboards.size, datadog.monitors.size], [250, 250]);
    await datadog.stop();
  });

  it("says in a dry run, too, which monitor the server does not take, and goes on with the others", async () => {
    await fresh();
    const wrong = new Map(texts);
    const disk = texts.get("assets/monitors/disk.json") ?? "";
    wrong.set("assets/monitors/disk.json", disk.replace('"critical": 95', '"critical": 96'));
    for (const dry of [true, false]) {
      const outcomes = await run({ dry }, statePath, wrong);
      assert.ok(outcomes.includes("failed monitor disk"), outcomes.join("\n"));
      assert.ok(outcomes.includes(`${dry ? "would create" : "created"} dashboard overview`), outcomes.join("\n"));
    }
    await datadog.stop();
  });

  it("tells whom monitors notify, and nobody in dashboards", async () => {
    await fresh();
    await run({ notify: ["@slack-ops", "@someone@example.org"] });
    for (const { message } of datadog.monitors.values()) {
      assert.match(String(message), /\n\n@slack-ops @someone@example\.org$/);
    }
    assert.ok(!JSON.stringify([...datadog.dashboards.values()]).includes("@slack-ops"));
    await datadog.stop();
  });

  it("puts its pipeline behind the one that Datadog installed, and keeps all others in their order", async () => {
    await fresh();
    const installed = {
      id: "auto",
      name: "TorchServe",
      is_read_only: true,
      is_enabled: true,
      filter: { query: "source:torchserve" },
    };
    datadog.pipelines.set("auto", installed);
    for (const id of ["first", "last"]) datadog.pipelines.set(id, { id, name: id, is_read_only: false });
    datadog.order = ["first", "auto", "last"];
    assert.ok(!(await run()).some((line) => line.includes("pipeline")));
    await run({ withPipeline: true });
    const own = datadog.order.find((id) => !["first", "auto", "last"].includes(id));
    assert.deepEqual(datadog.order, ["first", "auto", own, "last"]);
    await datadog.stop();
  });
});
