import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { HttpError } from "../../plugin/http/mod.ts";
import type { Report } from "../../plugin/report/report.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";
import { checkWith, lines } from "../support/check.ts";

const URL_8081 = "http://ts:8081";
const FIRST_PAGE = "/models?limit=100";
const ALPHA = { modelName: "alpha", modelUrl: "alpha.mar" };
const BETA = { modelName: "beta", modelUrl: "beta.mar" };

const version = (name: string, modelVersion: string, modelUrl = `${name}.mar`, more: object = {}) => ({
  modelName: name,
  modelVersion,
  modelUrl,
  minWorkers: 1,
  maxWorkers: 2,
  batchSize: 4,
  maxBatchDelay: 100,
  loadedAtStartup: true,
  workers: [],
  ...more,
});

const run = (answers: Record<string, Answer>, options: object = {}, circumstances = {}) => {
  const http = new FakeHttp(answers);
  const instance = { management_api_url: URL_8081, ...options };
  return checkWith(checkManagement, instance, http, circumstances).then((report) => ({ report, http }));
};

const names = (report: Report) =>
  lines(report).filter((line) => line.startsWith("ns.model.versions")).map((line) =>
    /model_name:(\w+)/.exec(line)?.[1]
  );

describe("checkManagement()", () => {
  it("submits every metric of a model, its versions and workers", async () => {
    const worker = { id: "9000", pid: 12, status: "LOADING", memoryUsage: 5, gpu: true };
    const { report } = await run({
      [FIRST_PAGE]: { models: [ALPHA] },
      "/models/alpha/all": [version("alpha", "1.0", "alpha.mar", { workers: [worker] })],
    }, { tags: ["team:a"] });
    const tags = "management_api_url:http://ts:8081,model_name:alpha";
    assert.deepEqual(
      lines(report),
      [
        "ns.model.batch_size{T,model_version:1.0,team:a} 4",
        "ns.model.is_loaded_at_startup{T,model_version:1.0,team:a} 1",
        "ns.model.max_batch_delay{T,model_version:1.0,team:a} 100",
        "ns.model.version.is_default{T,model_version:1.0,team:a} 1",
        "ns.model.versions{T,team:a} 1",
        "ns.model.worker.is_gpu{T,model_version:1.0,team:a,worker_id:9000,worker_pid:12} 1",
        "ns.model.worker.memory_usage{T,model_version:1.0,team:a,worker_id:9000,worker_pid:12} 5",
        "ns.model.worker.status{T,model_version:1.0,team:a,worker_id:9000,worker_pid:12} 2",
        "ns.model.workers.current{T,model_version:1.0,team:a} 1",
        "ns.model.workers.max{T,model_version:1.0,team:a} 2",
        "ns.model.workers.min{T,model_version:1.0,team:a} 1",
        "ns.models{management_api_url:http://ts:8081,team:a} 1",
      ].map((line) => line.replace("T", tags)),
    );
    assert.deepEqual(report.service_checks, [
      { name: "ns.health", status: 0, tags: ["team:a", "management_api_url:http://ts:8081"] },
    ]);
    assert.equal(report.status, "ok");
  });

  it("asks for further pages with next_page_token until there is no token", async () => {
    const { report, http } = await run({
      [FIRST_PAGE]: { nextPageToken: "100", models: [ALPHA] },
      "/models?limit=100&next_page_token=100": { models: [BETA] },
      "/models/alpha/all": [],
      "/models/beta/all": [],
    });
    assert.deepEqual(http.asked.slice(0, 2), [FIRST_PAGE, "/models?limit=100&next_page_token=100"]);
    assert.ok(lines(report).includes("ns.models{management_api_url:http://ts:8081} 2"));
  });

  it("ends at a page without models though it carries a token", async () => {
    const { report } = await run({
      [FIRST_PAGE]: { nextPageToken: "1", models: [ALPHA] },
      "/models?limit=100&next_page_token=1": { nextPageToken: "2", models: [] },
      "/models/alpha/all": [],
    });
    assert.equal(report.status, "ok");
  });

  it("ends at a token that does not advance, and takes the list for partial", async () => {
    const page = { nextPageToken: "0", models: [ALPHA] };
    const { report, http } = await run({ [FIRST_PAGE]: page, "/models/alpha/all": [] });
    assert.deepEqual(http.asked, [FIRST_PAGE, "/models/alpha/all"]);
    assert.equal(report.status, "partial");
    assert.match(report.warnings[0]?.message ?? "", /page token 0 does not advance/);
    assert.equal(report.state, undefined);
  });

  it("keeps what was fetched when a later page fails, and derives no events from it", async () => {
    const answers = { [FIRST_PAGE]: { models: [ALPHA, BETA] }, "/models/alpha/all": [], "/models/beta/all": [] };
    const { report: before } = await run(answers);
    const { report } = await run(
      {
        ...answers,
        [FIRST_PAGE]: { nextPageToken: "100", models: [ALPHA] },
        "/models?limit=100&next_page_token=100": { status: 503 },
      },
      {},
      { state: before.state },
    );
    assert.deepEqual(names(report), ["alpha"]);
    assert.deepEqual(report.events, []);
    assert.deepEqual(report.state, before.state);
    assert.equal(report.service_checks[0]?.status, 0);
    assert.match(report.warnings[0]?.message ?? "", /page 2 of the model list: .* answered 503.*no events/);
  });

  it("is CRITICAL when the first page fails, and keeps its state", async () => {
    const state = { version: 1, url: URL_8081, models: [["alpha", "alpha.mar"]], listed_at: 0 };
    const error = new HttpError("connect", "No connection to http://ts:8081/models");
    const { report } = await run({ [FIRST_PAGE]: error }, {}, { state });
    assert.equal(report.status, "error");
    assert.equal(report.error?.code, "connect");
    assert.deepEqual(report.service_checks.map(({ status, message }) => [status, message]), [[2, error.message]]);
    assert.deepEqual(report.state, state);
    assert.deepEqual(report.metrics, []);
  });

  it("tells a refused token from a server that is down", async () => {
    const body = JSON.stringify({ code: 400, type: "InvalidKeyException", message: "Token Authorization failed." });
    const { report } = await run({ [FIRST_PAGE]: { status: 400, body } });
    assert.equal(report.error?.code, "auth");
    assert.match(report.error?.hint ?? "", /token_key_file/);
  });

  it("skips a model that cannot be described, with a warning", async () => {
    const { report } = await run({
      [FIRST_PAGE]: { models: [ALPHA, BETA] },
      "/models/beta/all": [version("beta", "1")],
    });
    assert.deepEqual(names(report), ["beta"]);
    assert.equal(report.status, "partial");
    assert.match(report.warnings[0]?.message ?? "", /model "alpha" was skipped: .* answered 404/);
  });

  it("encodes names, and explains those that TorchServe cannot serve", async () => {
    const models = ["a b", "50%", "q?", "x/y", "ü", ".."].map((modelName) => ({ modelName, modelUrl: "m.mar" }));
    const { report, http } = await run({
      [FIRST_PAGE]: { models },
      "/models/a%20b/all": [],
      "/models/50%25/all": [],
      "/models/q%3F/all": [],
      "/models/%C3%BC/all": [],
    });
    assert.deepEqual(http.asked.slice(1), [
      "/models/a%20b/all",
      "/models/50%25/all",
      "/models/q%3F/all",
      "/models/x%2Fy/all",
      "/models/%C3%BC/all",
    ]);
    assert.match(report.warnings[0]?.message ?? "", /"x\/y".*no model whose name has a/);
    assert.match(report.warnings[1]?.message ?? "", /"\.\.".*cannot be part of a URL/);
  });

  it("asks which version is the default when two share a file", async () => {
    const { report } = await run({
      [FIRST_PAGE]: { models: [ALPHA] },
      "/models/alpha/all": [version("alpha", "1.0"), version("alpha", "2.0")],
      "/models/alpha": [version("alpha", "2.0")],
    });
    assert.deepEqual(
      lines(report).filter((line) => line.includes("is_default")).map((line) =>
        /version:(\S+)} (\d)/.exec(line)?.slice(1)
      ),
      [["1.0", "0"], ["2.0", "1"]],
    );
  });

  it("says that include and exclude leave no model, and which there are", async () => {
    const answers = { [FIRST_PAGE]: { models: [ALPHA, BETA] } };
    for (
      const [options, expected] of [
        [{ include: ["^bert$", "alpah"] }, /^include "\^bert\$", "alpah" match 0 of 2 models: .* "alpha", "beta"$/],
        [{ exclude: ["a"] }, /^include "\.\*", and exclude "a" match 0 of 2 models/],
      ] as const
    ) {
      const { report } = await run(answers, options);
      assert.equal(report.status, "ok");
      assert.match(report.warnings[0]?.message ?? "", expected);
    }
    assert.deepEqual((await run({ [FIRST_PAGE]: { models: [] } }, { include: ["x"] })).report.warnings, []);
  });

  it("chooses by include in its order, then exclude, then limit", async () => {
    const models = ["a1", "b1", "a2", "b2", "c1"].map((modelName) => ({ modelName, modelUrl: "m.mar" }));
    const answers: Record<string, Answer> = { [FIRST_PAGE]: { models } };
    for (const { modelName } of models) answers[`/models/${modelName}/all`] = [];
    const { http, report } = await run(answers, { include: ["^b", "a"], exclude: ["b2$"], limit: 2 });
    assert.deepEqual(http.asked.slice(1), ["/models/b1/all", "/models/a1/all"]);
    assert.equal(report.warnings[0]?.message, "models: limit 2, seen 3, dropped 1");
    assert.equal(report.status, "partial");
    const { http: none } = await run(answers, { include: [] });
    assert.deepEqual(none.asked, [FIRST_PAGE]);
  });

  it("asks for models concurrently, no more than max_concurrency at once, and reports in the list's order", async () => {
    const models = Array.from({ length: 50 }, (_, i) => ({ modelName: `m${i}`, modelUrl: "m.mar" }));
    const answers: Record<string, Answer> = { [FIRST_PAGE]: { models } };
    for (const { modelName } of models) answers[`/models/${modelName}/all`] = [];
    const { http, report } = await run(answers, { max_concurrency: 7 });
    assert.equal(http.mostAtOnce, 7);
    const order = report.metrics.filter(({ name }) => name === "ns.model.versions").map(({ tags }) => tags.at(-1));
    assert.deepEqual(order, models.map(({ modelName }) => `model_name:${modelName}`));
  });

  describe("of a list with several pages", () => {
    const all = Array.from({ length: 250 }, (_, i) => `m${i}`);
    const answers: Record<string, Answer> = {};
    for (let from = 0; from <= 200; from += 100) {
      const models = all.slice(from, from + 100).map((name) => ({ modelName: name, modelUrl: `${name}.mar` }));
      const query = from === 0 ? "" : `&next_page_token=${from}`;
      answers[`${FIRST_PAGE}${query}`] = { models, ...(from < 200 ? { nextPageToken: `${from + 100}` } : {}) };
    }
    for (const name of all) answers[`/models/${name}/all`] = [version(name, "1.0")];
    const described = (asked: readonly string[]) => asked.filter((path) => path.endsWith("/all"));

    it("describes the first models while the other pages come, each once, and reports in the list's order", async () => {
      const { report, http } = await run(answers, { limit: 1_000, max_concurrency: 4 });
      const order = report.metrics.filter(({ name }) => name === "ns.model.versions").map(({ tags }) => tags.at(-1));
      assert.deepEqual(order, all.map((name) => `model_name:${name}`));
      assert.deepEqual(described(http.asked).length, 250);
      const lastPage = http.asked.indexOf(`${FIRST_PAGE}&next_page_token=200`);
      assert.ok(described(http.asked.slice(0, lastPage)).length > 0, http.asked.slice(0, 10).join(" "));
      assert.ok(http.mostAtOnce <= 4, `${http.mostAtOnce} at once`);
      // The last requests are the ends of all connections.
      assert.deepEqual(http.last, ["m246", "m247", "m248", "m249"].map((name) => `/models/${name}/all`));
    });

    it("describes no more than the limit", async () => {
      const { report, http } = await run(answers, { limit: 7, max_concurrency: 3 });
      assert.deepEqual(described(http.asked).sort(), all.slice(0, 7).map((name) => `/models/${name}/all`));
      assert.deepEqual(report.warnings, [{ code: "limit", message: "models: limit 7, seen 250, dropped 243" }]);
      assert.deepEqual(http.last.length, 3);
    });

    it("describes none early when patterns choose, or when one request at a time is allowed", async () => {
      for (const options of [{ exclude: ["m1"] }, { include: ["m2", ".*"] }, { max_concurrency: 1 }]) {
        const { http } = await run(answers, { limit: 1_000, max_concurrency: 4, ...options });
        assert.deepEqual(described(http.asked.slice(0, 3)), []);
      }
    });

    it("keeps what was described early when a later page fails", async () => {
      const broken = { ...answers, [`${FIRST_PAGE}&next_page_token=200`]: { status: 500 } };
      const { report, http } = await run(broken, { limit: 1_000, max_concurrency: 4 });
      assert.equal(report.status, "partial");
      assert.equal(names(report).length, 200);
      assert.equal(described(http.asked).length, 200);
    });
  });

  it("keeps what is right of an answer with wrong types", async () => {
    const { report } = await run({
      [FIRST_PAGE]: { models: [ALPHA] },
      "/models/alpha/all": [version("alpha", "1.0", "alpha.mar", { minWorkers: "many", workers: [{ pid: {} }] })],
    });
    assert.ok(!lines(report).some((line) => line.includes("workers.min")));
    assert.ok(lines(report).some((line) => line.includes("workers.max")));
    assert.ok(lines(report).some((line) => line.includes("worker_pid:None")));
    assert.match(report.warnings.map(({ message }) => message).join("\n"), /\[0\]\.minWorkers: expected .*number/);
  });

  it("says when the address is not the management API", async () => {
    const { report } = await run({ [FIRST_PAGE]: "<html>" });
    assert.equal(report.error?.code, "parse");
    assert.match(report.error?.hint ?? "", /8081/);
  });
});

describe("events of checkManagement()", () => {
  const listing = (...models: object[]) => {
    const answers: Record<string, Answer> = { [FIRST_PAGE]: { models } };
    for (const name of ["alpha", "beta", "gamma"]) answers[`/models/${name}/all`] = [];
    return answers;
  };
  const eventsBetween = async (before: object[], after: object[], options: object = {}) => {
    const { report: first } = await run(listing(...before), options);
    assert.deepEqual(first.events, []);
    const state = first.state === undefined ? undefined : JSON.parse(JSON.stringify(first.state));
    return (await run(listing(...after), options, { state })).report.events;
  };

  it("come for added, removed and changed models, with the integration's words", async () => {
    const events = await eventsBetween([ALPHA, BETA], [{ ...ALPHA, modelUrl: "alpha_v2.mar" }, {
      modelName: "gamma",
      modelUrl: "g.mar",
    }], { tags: ["team:a"] });
    const common = { timestamp: 1_000, alert_type: "info", source_type_name: "torchserve", host: "host-a" };
    const tags = ["team:a", "management_api_url:http://ts:8081"];
    assert.deepEqual(events.map(({ aggregation_key: _, ...event }) => event), [
      {
        ...common,
        event_type: "torchserve.management_api.default_version_changed",
        msg_title: "A new default version has been set for a model",
        msg_text:
          "A new default version has been set for the model [alpha], from file [alpha.mar] to file [alpha_v2.mar].",
        tags: [...tags, "model_name:alpha"],
      },
      {
        ...common,
        event_type: "torchserve.management_api.model_removed",
        msg_title: "A model has been removed",
        msg_text: "The model [beta] has been removed.",
        tags: [...tags, "model_name:beta"],
      },
      {
        ...common,
        event_type: "torchserve.management_api.model_added",
        msg_title: "A new model has been added",
        msg_text: "The model [gamma] has been added with the file [g.mar].",
        tags: [...tags, "model_name:gamma"],
      },
    ]);
  });

  it("come from an empty list, too", async () => {
    assert.deepEqual((await eventsBetween([], [ALPHA])).map(({ msg_title: title }) => title), [
      "A new model has been added",
    ]);
  });

  it("do not come with submit_events: false", async () => {
    assert.deepEqual(await eventsBetween([ALPHA], [], { submit_events: false }), []);
  });

  it("do not come from the state of another address or of nonsense", async () => {
    for (const state of [{ version: 1, url: "http://other", models: [], listed_at: 0 }, { a: 1 }, { version: 9 }]) {
      const { report } = await run(listing(ALPHA), {}, { state });
      assert.deepEqual(report.events, []);
      assert.equal(report.status, "ok");
    }
  });
});

describe("interval of checkManagement()", () => {
  const answers = { [FIRST_PAGE]: { models: [ALPHA] }, "/models/alpha/all": [version("alpha", "1.0")] };

  it("takes the list from the state until it has passed", async () => {
    const { report: first } = await run(answers, { interval: 60 }, { nowMs: 1_000 });
    const { http, report } = await run(answers, { interval: 60 }, { nowMs: 61_000, state: first.state });
    assert.deepEqual(http.asked, ["/models/alpha/all"]);
    assert.equal(report.service_checks[0]?.status, 0);
    const { http: later } = await run(answers, { interval: 60 }, { nowMs: 61_001, state: report.state });
    assert.equal(later.asked[0], FIRST_PAGE);
  });

  it("does not hide a server that is gone", async () => {
    const { report: first } = await run(answers, { interval: 60 });
    const { report } = await run({ "/models/alpha/all": new HttpError("connect", "gone") }, { interval: 60 }, {
      state: first.state,
    });
    assert.equal(report.status, "error");
    assert.equal(report.service_checks[0]?.status, 2);
  });
});
