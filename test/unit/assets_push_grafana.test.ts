import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Api, type GrafanaRequest, PushState, pushToGrafana } from "../../plugin/assets/push/mod.ts";
import { httpDefaults } from "../../plugin/config/mod.ts";
import { createHttpClient } from "../../plugin/http/mod.ts";
import { monotonicMs } from "../../plugin/runtime/bounds.ts";
import { FakeGrafana, TOKEN } from "../support/fake_grafana.ts";

const body = (title: string): Record<string, unknown> => ({
  title,
  description: `${title}, drawn`,
  tags: ["torchserve"],
  panels: [{ id: 1, type: "stat", title: "Requests", targets: [{ refId: "A", expr: "up" }] }],
});
const BODIES = new Map([["overview", body("TorchServe")], ["models", body("TorchServe models")]]);

describe("assets push to Grafana", () => {
  let directory = "";
  let statePath = "";
  let count = 0;
  let grafana: FakeGrafana;

  before(async () => void (directory = await mkdtemp(join(tmpdir(), "grafana-"))));
  after(() => rm(directory, { recursive: true }));

  async function fresh(): Promise<void> {
    grafana = await new FakeGrafana().start();
    statePath = join(directory, `state-${count++}.json`);
  }

  async function run(
    request: Partial<GrafanaRequest> = {},
    path: string | "none" = statePath,
    bodies: ReadonlyMap<string, Record<string, unknown>> = BODIES,
  ): Promise<string[]> {
    const http = await createHttpClient(
      httpDefaults({ headers: { authorization: `Bearer ${TOKEN}` }, timeout: 10 }),
      { deadlineMs: monotonicMs() + 60_000 },
    );
    const said: string[] = [];
    try {
      const hide = (text: string) => text.replaceAll(TOKEN, "***");
      const wait = () => Promise.resolve();
      const api = new Api({ http, base: grafana.url, hide, wait, say: (text) => said.push(text) });
      const outcomes = await pushToGrafana(
        api,
        bodies,
        await PushState.read(path === "none" ? undefined : path, grafana.url),
        {
          remove: false,
          force: false,
          dry: false,
          onOutcome: () => {},
          ...request,
        },
      );
      assert.ok(!JSON.stringify([outcomes, said]).includes(TOKEN), "the token is shown");
      return outcomes.map(({ what, done }) => `${done} ${what}`).sort();
    } finally {
      await http.close();
    }
  }

  const both = (done: string) => [`${done} dashboard models`, `${done} dashboard overview`];

  it("makes a folder and the dashboards in it; twice is nothing to do, with the state or without", async () => {
    await fresh();
    assert.deepEqual(await run({ dry: true }), both("would create"));
    assert.equal(grafana.writes, 0);
    assert.deepEqual(await run(), both("created"));
    assert.deepEqual([...grafana.dashboards.keys()].sort(), ["torchserve-models", "torchserve-overview"]);
    assert.deepEqual([...grafana.dashboards.values()].map(({ folderUid }) => folderUid), ["torchserve", "torchserve"]);
    const writes = grafana.writes;
    assert.deepEqual(await run(), both("unchanged"));
    assert.deepEqual(await run({}, "none"), both("unchanged"));
    assert.equal(grafana.writes, writes);
    assert.ok(!(await readFile(statePath, "utf8")).includes(TOKEN));
    await grafana.stop();
  });

  it("reports what a person edited, overwrites it with force alone, and leaves it in the folder where it was moved", async () => {
    await fresh();
    await run();
    grafana.folders.set("mine", "Mine");
    const stored = grafana.dashboards.get("torchserve-overview");
    assert.ok(stored !== undefined);
    grafana.dashboards.set("torchserve-overview", { ...stored, folderUid: "mine" });
    grafana.edit("torchserve-overview", { title: "Mine" });
    for (const path of [statePath, "none"]) {
      assert.deepEqual(await run({}, path), ["edited dashboard overview", "unchanged dashboard models"]);
    }
    assert.deepEqual(await run({ remove: true, dry: true }), [
      "edited dashboard overview",
      "would remove dashboard models",
      "would remove folder torchserve",
    ]);
    assert.deepEqual(await run({ force: true }), ["unchanged dashboard models", "updated dashboard overview"]);
    const { dashboard, folderUid } = grafana.dashboards.get("torchserve-overview") ?? {};
    assert.deepEqual([dashboard?.["title"], folderUid], ["TorchServe", "mine"]);
    await grafana.stop();
  });

  it("brings a new version of what nobody edited, and never over what somebody saves at the same moment", async () => {
    await fresh();
    await run();
    const newer = new Map([...BODIES, ["overview", { ...body("TorchServe"), refresh: "1m" }]]);
    grafana.fate = (_, request) => {
      if (request === "POST /api/dashboards/db") grafana.edit("torchserve-overview", { title: "Meanwhile" });
      return "done";
    };
    assert.deepEqual(await run({}, statePath, newer), ["failed dashboard overview", "unchanged dashboard models"]);
    assert.equal(grafana.dashboards.get("torchserve-overview")?.dashboard["title"], "Meanwhile");
    grafana.edit("torchserve-overview", { title: "TorchServe" });
    grafana.fate = () => "done";
    assert.deepEqual(await run({}, statePath, newer), ["unchanged dashboard models", "updated dashboard overview"]);
    assert.equal(grafana.dashboards.get("torchserve-overview")?.dashboard["refresh"], "1m");
    await grafana.stop();
  });

  it("leaves what comes from a file of Grafana's, and a dashboard with our uid that it never pushed", async () => {
    await fresh();
    for (const provisioned of [false, true]) {
      const dashboard = { uid: "torchserve-overview", id: 7, version: 3, title: "By hand" };
      grafana.dashboards.set("torchserve-overview", { dashboard, folderUid: "", provisioned });
      assert.ok((await run()).includes("edited dashboard overview"));
      if (provisioned) assert.ok((await run({ force: true })).includes("failed dashboard overview"));
      assert.equal(grafana.dashboards.get("torchserve-overview")?.dashboard, dashboard);
    }
    await grafana.stop();
  });

  it("comes to the same end cut off at every request in turn, and with a single cut by itself", async () => {
    await fresh();
    await run();
    const requests = grafana.asked.length;
    const wanted = grafana.snapshot();
    await grafana.stop();
    for (const cut of ["cut before", "cut after"] as const) {
      for (const isFinal of [true, false]) {
        for (let at = 1; at <= requests; at++) {
          await fresh();
          grafana.fate = (n) => n < at ? "done" : n === at ? cut : isFinal ? "cut before" : "done";
          const outcomes = await run();
          if (!isFinal) assert.ok(!outcomes.some((line) => line.startsWith("failed")), `${cut} ${at}: ${outcomes}`);
          grafana.fate = () => "done";
          if (isFinal) await run({}, at % 2 === 0 ? "none" : statePath);
          assert.deepEqual(grafana.snapshot(), wanted, `${cut} ${at}`);
          await grafana.stop();
        }
      }
    }
    await fresh();
    await run();
    const newer = new Map([["overview", { ...body("TorchServe"), refresh: "1m" }]]);
    let cuts = 0;
    grafana.fate = (_, request) => request.startsWith("POST") && cuts++ === 0 ? "cut after" : "done";
    assert.deepEqual(await run({}, statePath, newer), ["updated dashboard overview"]);
    await grafana.stop();
  });

  it("takes back what it made, the folder as well, unless something else is in it or it was there before", async () => {
    for (const [prepare, kept] of [["nothing", false], ["a folder", true], ["a guest", true]] as const) {
      await fresh();
      if (prepare === "a folder") grafana.folders.set("torchserve", "Ours since long");
      await run();
      if (prepare === "a guest") {
        grafana.dashboards.set("guest", { dashboard: { uid: "guest" }, folderUid: "torchserve", provisioned: false });
      }
      const outcomes = await run({ remove: true });
      assert.ok(outcomes.includes("removed dashboard overview"), outcomes.join("\n"));
      assert.equal(grafana.folders.has("torchserve"), kept, prepare);
      assert.deepEqual([...grafana.dashboards.keys()], prepare === "a guest" ? ["guest"] : []);
      assert.ok((await run({ remove: true })).includes("absent dashboard overview"));
      await grafana.stop();
    }
  });

  it("stops at a refusal, and shows no token that a server echoes", async () => {
    await fresh();
    grafana.fate = () => ({ status: 403 });
    assert.deepEqual(await run(), ["refused the list of dashboards"]);
    assert.equal(grafana.asked.length, 1);
    grafana.fate = (_, request) => request.startsWith("POST") ? { status: 401 } : "done";
    assert.ok((await run()).every((line) => /^(refused|skipped) /.test(line)));
    assert.equal(grafana.dashboards.size, 0);
    await grafana.stop();
  });
});
