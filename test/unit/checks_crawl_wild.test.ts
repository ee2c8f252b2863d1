import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { checkInference } from "../../plugin/checks/inference.ts";
import { checkManagement } from "../../plugin/checks/management/mod.ts";
import { HttpError, type HttpRequest } from "../../plugin/http/mod.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";
import { checkWith, lines } from "../support/check.ts";

const URL_8081 = "http://ts:8081";
const FIRST_PAGE = "/models?limit=100";
const listed = (...names: string[]) => ({ models: names.map((modelName) => ({ modelName, modelUrl: "m.mar" })) });
const version = (modelName: string, more: object = {}) => [{
  modelName,
  modelVersion: "1.0",
  modelUrl: "m.mar",
  minWorkers: 1,
  workers: [],
  ...more,
}];
const error = (type: string) => ({
  status: 404,
  body: JSON.stringify({ code: 404, type, message: "Requested resource is not found." }),
});
const NO_RESOURCE = error("ResourceNotFoundException");
const NO_MODEL = error("ModelNotFoundException");

const run = (pages: Record<string, Answer>, options: object = {}, circumstances = {}) => {
  const http = new FakeHttp(pages);
  const instance = { management_api_url: URL_8081, ...options };
  return checkWith(checkManagement, instance, http, circumstances).then((report) => ({ report, http }));
};

describe("a crawl where inference and management have one address", () => {
  const pages = {
    [FIRST_PAGE]: listed("a", "b", "c/d"),
    "/models/a/all": NO_RESOURCE,
    "/models/b/all": NO_RESOURCE,
    "/models/c%2Fd/all": NO_RESOURCE,
    "/models/a": version("a"),
    "/models/b": version("b"),
  };

  it("describes the default version of each model, and says why once", async () => {
    const { report } = await run(pages);
    const found = lines(report);
    for (const name of ["a", "b"]) {
      const tags = `management_api_url:${URL_8081},model_name:${name},model_version:1.0`;
      assert.ok(found.includes(`ns.model.version.is_default{${tags}} 1`), found.join("\n"));
      assert.ok(found.includes(`ns.model.workers.min{${tags}} 1`));
    }
    assert.equal(report.status, "partial");
    assert.deepEqual(report.warnings.map(({ message }) => message.replace(/^(model "c\/d").*/, "$1")), [
      "GET models/{name}/all is not there, as where TorchServe's inference_address and management_address are the " +
      "same: only the default version of each model is described; give the two APIs an address each to watch all " +
      "versions",
      'model "c/d"',
    ]);
    assert.equal(report.service_checks[0]?.status, 0);
  });

  it("does not tell how many versions there are", async () => {
    assert.ok(!lines((await run(pages)).report).some((line) => line.startsWith("ns.model.versions")));
  });

  it("asks for all versions no more once it is known", async () => {
    const { http } = await run(pages, { max_concurrency: 1 });
    assert.deepEqual(http.asked, [FIRST_PAGE, "/models/a/all", "/models/a", "/models/b", "/models/c%2Fd"]);
  });

  it("remembers it for an hour: what the server does not have it would count as an error of a client", async () => {
    const { report: first } = await run(pages, { max_concurrency: 1 });
    const later = { state: first.state, nowMs: 1_000_000 + 3_600_000 };
    const { report, http } = await run(pages, { max_concurrency: 1 }, later);
    assert.deepEqual(http.asked, [FIRST_PAGE, "/models/a", "/models/b", "/models/c%2Fd"]);
    assert.deepEqual(lines(report), lines(first));
    assert.deepEqual(report.warnings, first.warnings);
    const muchLater = { state: report.state, nowMs: 1_000_001 + 3_600_000 };
    const { report: last, http: again } = await run(pages, { max_concurrency: 1 }, muchLater);
    assert.equal(again.asked[1], "/models/a/all");
    assert.deepEqual(lines(last), lines(first));
  });

  it("describes all versions again once the server has them", async () => {
    const { report: first } = await run(pages);
    const now = {
      ...pages,
      "/models/a/all": [...version("a"), ...version("a", { modelVersion: "2.0", modelUrl: "n.mar" })],
    };
    const circumstances = { state: first.state, nowMs: 1_000_001 + 3_600_000 };
    const { report } = await run(now, { include: ["^a$"] }, circumstances);
    assert.ok(lines(report).some((line) => line.startsWith("ns.model.versions")));
    assert.deepEqual(report.warnings, []);
    assert.equal(report.state?.["defaults_only_at"], undefined);
  });

  it("judges their health", async () => {
    const { report } = await run({ ...pages, "OPTIONS /": {} }, { extended_metrics: true });
    const health = report.service_checks.filter(({ name }) => name === "ns.model.health");
    assert.deepEqual(health.map(({ status }) => status), [2, 2]);
  });

  it("tells a model that is missing there as well", async () => {
    const { report } = await run({ ...pages, "/models/b": NO_MODEL });
    assert.match(report.warnings.map(({ message }) => message).join("\n"), /model "b" was skipped: .*\/models\/b /);
  });

  it("is not taken for what a proxy answers to everything", async () => {
    const { report } = await run({ [FIRST_PAGE]: listed("a"), "/models/a/all": NO_RESOURCE, "/models/a": NO_RESOURCE });
    assert.match(report.warnings[0]?.message ?? "", /model "a" was skipped: .*\/models\/a\/all answered 404/);
    assert.equal(report.warnings.length, 1);
  });
});

describe("a crawl of a cached list", () => {
  const before = { [FIRST_PAGE]: listed("a", "b"), "/models/a/all": version("a"), "/models/b/all": version("b") };

  it("asks for the list again at once when a model of it is gone", async () => {
    const { report: first } = await run(before, { interval: 600 });
    const { report, http } = await run(
      { [FIRST_PAGE]: listed("b", "new"), "/models/b/all": version("b"), "/models/new/all": version("new") },
      { interval: 600, max_concurrency: 1 },
      { state: first.state },
    );
    assert.equal(report.status, "ok");
    assert.deepEqual(report.warnings, []);
    assert.equal(report.service_checks[0]?.status, 0);
    assert.deepEqual(
      http.asked,
      ["/models/a/all", "/models/b/all", FIRST_PAGE, "/models/new/all"],
      "what is described is not described again",
    );
    assert.deepEqual(report.events.map(({ msg_text: text }) => text), [
      "The model [a] has been removed.",
      "The model [new] has been added with the file [m.mar].",
    ]);
  });

  it("is no alarm when all models of it are gone", async () => {
    const { report: first } = await run(before, { interval: 600 });
    const { report } = await run({ [FIRST_PAGE]: { models: [] } }, { interval: 600 }, { state: first.state });
    assert.equal(report.service_checks[0]?.status, 0);
    assert.equal(report.events.length, 2);
    assert.ok(lines(report).includes(`ns.models{management_api_url:${URL_8081}} 0`));
  });

  it("describes a model again whose default file has changed meanwhile", async () => {
    const { report: first } = await run(before, { interval: 600 });
    const { http } = await run(
      { [FIRST_PAGE]: { models: [{ modelName: "b", modelUrl: "other.mar" }] }, "/models/b/all": version("b") },
      { interval: 600 },
      { state: first.state },
    );
    assert.equal(http.asked.filter((path) => path === "/models/b/all").length, 2);
  });

  it("asks once only, also where the list itself names what is not there", async () => {
    const { report: first } = await run(before, { interval: 600 });
    const { report, http } = await run(
      { [FIRST_PAGE]: listed("a", "b"), "/models/b/all": version("b") },
      { interval: 600 },
      { state: first.state },
    );
    assert.equal(http.asked.filter((path) => path === FIRST_PAGE).length, 1);
    assert.equal(report.status, "partial");
    assert.equal(report.service_checks[0]?.status, 0);
  });

  it("stays cached when a model cannot be described for another reason", async () => {
    const { report: first } = await run(before, { interval: 600 });
    const { http } = await run(
      { "/models/a/all": { status: 503 }, "/models/b/all": version("b") },
      { interval: 600 },
      { state: first.state },
    );
    assert.ok(!http.asked.includes(FIRST_PAGE));
  });
});

describe("model.health of a model", () => {
  const healthOf = async (more: object) => {
    const ready = { minWorkers: 1, workers: [{ id: "9000", pid: 1, status: "READY" }] };
    const { report } = await run(
      { [FIRST_PAGE]: listed("a"), "/models/a/all": version("a", { ...ready, ...more }) },
      { extended_metrics: true },
    );
    const health = report.service_checks.find(({ name }) => name === "ns.model.health");
    return [health?.status, health?.message];
  };

  it("whose queue is full is WARNING: predictions are refused", async () => {
    const [status, message] = await healthOf({ jobQueueStatus: { remainingCapacity: 0, pendingRequests: 100 } });
    assert.equal(status, 1);
    assert.match(String(message), /queue is full: predictions are refused \(503\)/);
  });

  it("whose queue has room is OK", async () => {
    assert.deepEqual(await healthOf({ jobQueueStatus: { remainingCapacity: 1, pendingRequests: 99 } }), [0, undefined]);
  });

  it("without workers stays CRITICAL when its queue is full", async () => {
    const [status] = await healthOf({ workers: [], jobQueueStatus: { remainingCapacity: 0 } });
    assert.equal(status, 2);
  });
});

const INHERITED = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];

describe("words that objects inherit", () => {
  for (const word of INHERITED) {
    it(`${word} is no status of a worker, no name of a model and no version`, async () => {
      const body = JSON.stringify([{
        modelName: word,
        modelVersion: word,
        modelUrl: "m.mar",
        workers: [{ id: word, pid: 1, status: word }],
      }]);
      const { report } = await run({ [FIRST_PAGE]: listed(word), [`/models/${word}/all`]: body });
      const status = report.metrics.find(({ name }) => name === "ns.model.worker.status");
      assert.equal(status?.value, 0);
      assert.ok(status.tags.includes(`model_name:${word}`));
      assert.ok(status.tags.includes(`model_version:${word}`));
      assert.equal(report.status, "ok");
    });

    it(`${word} is no status of a ping: every service check has one of four`, async () => {
      const http = new FakeHttp({ "/ping": { status: word } });
      const report = await checkWith(checkInference, { inference_api_url: "http://ts:8080" }, http);
      assert.deepEqual(report.service_checks.map(({ status }) => status), [0]);
    });
  }
});

/** What starts a line, moves a cursor or turns the direction of writing. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/;

describe("text of a server", () => {
  const evil = "a\u001b[31m\r\n# forged: line\u202e";

  it("is on one line wherever a crawl shows it", async () => {
    const encoded = encodeURIComponent(evil);
    const first = await run({
      [FIRST_PAGE]: { models: [{ modelName: evil, modelUrl: evil }] },
      [`/models/${encoded}/all`]: version(evil, {
        modelVersion: evil,
        minWorkers: evil,
        workers: [{ id: evil, status: evil }],
      }),
    }, { extended_metrics: true });
    const refused = JSON.stringify({ code: 500, type: "InternalServerException", message: evil });
    const second = await run(
      { [FIRST_PAGE]: listed("b"), "/models/b/all": { status: 500, body: refused } },
      {},
      { state: first.report.state },
    );
    const third = await run({ [FIRST_PAGE]: { status: 500, body: refused } });
    assert.equal(second.report.events.length, 2);
    for (const { state: _, ...shown } of [first.report, second.report, third.report]) {
      JSON.stringify(shown, (_, value) => {
        if (typeof value === "string") assert.doesNotMatch(value, UNSAFE);
        return value;
      });
    }
  });

  it("makes a report whatever it is", async () => {
    const value = fc.anything({ maxDepth: 4, withNullPrototype: false });
    await fc.assert(
      fc.asyncProperty(value, value, fc.string({ unit: "binary" }), async (page, description, name) => {
        for (const models of [page, [{ modelName: name, modelUrl: "m.mar" }]]) {
          const text = JSON.stringify({ models, nextPageToken: page }) ?? "";
          const http = new FakeHttp({ [FIRST_PAGE]: text });
          const answered = { request: http.request.bind(http) };
          http.request = (request: HttpRequest) => {
            const path = new URL(request.url).pathname;
            if (path === "/models") return answered.request({ ...request, url: `${URL_8081}${FIRST_PAGE}` });
            const body = new TextEncoder().encode(JSON.stringify([description]) ?? "");
            return Promise.resolve({
              status: 200,
              statusText: "",
              headers: {},
              url: request.url,
              body,
              text: () => new TextDecoder().decode(body),
            });
          };
          const report = await checkWith(
            checkManagement,
            { management_api_url: URL_8081, extended_metrics: true },
            http,
          );
          assert.notEqual(report.error?.code, "internal", report.error?.message);
          for (const { status } of report.service_checks) assert.ok([0, 1, 2, 3].includes(status));
          for (const metric of report.metrics) assert.ok(Number.isFinite(metric.value));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("bounds of a crawl", () => {
  const warnings = (report: { readonly warnings: readonly { readonly message: string }[] }) =>
    report.warnings.map(({ message }) => message).join("\n");

  it("hold for the versions of a model", async () => {
    const many = Array.from({ length: 1_500 }, (_, i) => ({ modelName: "a", modelVersion: `${i}` }));
    const { report } = await run({
      [FIRST_PAGE]: listed("a", "b"),
      "/models/a/all": many,
      "/models/b/all": version("b"),
    });
    assert.equal(report.status, "partial");
    assert.match(warnings(report), /model "a": versions: limit 1000, seen 1500, dropped 500/);
    assert.ok(lines(report).includes(`ns.model.versions{management_api_url:${URL_8081},model_name:b} 1`));
  });

  it("hold for the workers of a model", async () => {
    const workers = Array.from({ length: 6_000 }, (_, i) => ({ id: `${i}` }));
    const { report } = await run({ [FIRST_PAGE]: listed("a"), "/models/a/all": version("a", { workers }) });
    assert.match(warnings(report), /model "a": workers: limit 5000, seen 6000, dropped 1000/);
    assert.equal(report.metrics.filter(({ name }) => name === "ns.model.worker.status").length, 5_000);
  });

  it("hold for all workers of a run", async () => {
    const workers = Array.from({ length: 5_000 }, (_, i) => ({ id: `${i}` }));
    const names = Array.from({ length: 8 }, (_, i) => `m${i}`);
    const pages: Record<string, Answer> = { [FIRST_PAGE]: listed(...names) };
    for (const name of names) pages[`/models/${name}/all`] = version(name, { workers });
    const { report } = await run(pages);
    assert.equal(report.metrics.filter(({ name }) => name === "ns.model.worker.status").length, 30_000);
    assert.match(warnings(report), /workers: limit 0, seen 5000, dropped 5000/);
  });

  it("hold for names", async () => {
    const { report, http } = await run({ [FIRST_PAGE]: listed("x".repeat(1_001), "b"), "/models/b/all": version("b") });
    assert.match(warnings(report), /a name has 1001 characters, limit 1000; it is left out/);
    assert.deepEqual(http.asked, [FIRST_PAGE, "/models/b/all"]);
    assert.equal(report.status, "partial");
  });

  it("hold for a page of the list", async () => {
    const names = Array.from({ length: 10_010 }, (_, i) => `m${i}`);
    const { report } = await run({ [FIRST_PAGE]: listed(...names) }, { limit: 0 });
    assert.match(warnings(report), /models: limit 10000, seen 10010, dropped 10/);
    assert.ok(lines(report).includes(`ns.models{management_api_url:${URL_8081}} 10000`));
  });

  it("refuse JSON of too many values before it is read", async () => {
    const { report } = await run({
      [FIRST_PAGE]: listed("a", "b"),
      "/models/a/all": `[${"{},".repeat(300_000)}{}]`,
      "/models/b/all": version("b"),
    });
    assert.match(warnings(report), /model "a" was skipped: .*limit 500000 values, seen more/);
    assert.equal(report.warnings[0]?.code, "limit");
    assert.equal(report.service_checks[0]?.status, 0);
  });

  it("ask for no more bytes than there is room for", async () => {
    const bounds: (number | undefined)[] = [];
    class Recording extends FakeHttp {
      override request(request: HttpRequest) {
        bounds.push(request.maxBytes);
        if (request.url.endsWith("/all")) {
          return Promise.reject(new HttpError("limit", "too large", "raise max_response_bytes", "too_large"));
        }
        return super.request(request);
      }
    }
    for (const [concurrency, most] of [[1, 4_194_304], [16, 4_194_304], [256, 262_144]] as const) {
      const http = new Recording({ [FIRST_PAGE]: listed("a") });
      const instance = { management_api_url: URL_8081, max_concurrency: concurrency };
      const report = await checkWith(checkManagement, instance, http);
      assert.equal(bounds.at(-1), most);
      assert.match(warnings(report), new RegExp(`limit ${most} bytes, seen more`));
      assert.doesNotMatch(warnings(report), /max_response_bytes/);
    }
    const http = new Recording({ [FIRST_PAGE]: listed("a") });
    const report = await checkWith(checkManagement, { management_api_url: URL_8081, max_response_bytes: 4_096 }, http);
    assert.match(warnings(report), /raise max_response_bytes/, "where that is the lower bound");
  });

  it("hold for the bytes of a page", async () => {
    const tooLarge = new HttpError("limit", "too large", "raise max_response_bytes", "too_large");
    const { report } = await run({ [FIRST_PAGE]: tooLarge });
    assert.equal(report.error?.code, "limit");
    assert.match(report.error.message, /limit 8388608 bytes, seen more/);
    assert.doesNotMatch(report.error.hint ?? "", /max_response_bytes/);
    const { report: lower } = await run({ [FIRST_PAGE]: tooLarge }, { max_response_bytes: 4_096 });
    assert.match(lower.error?.hint ?? "", /max_response_bytes/);
  });

  it("hold for the state", async () => {
    const { report } = await run(
      { [FIRST_PAGE]: listed("a"), "/models/a/all": version("a", { modelVersion: "v".repeat(100_000) }) },
      { extended_metrics: true },
    );
    assert.ok(JSON.stringify(report.state).length < 5_000);
  });

  it("hold for events", async () => {
    const models = Array.from({ length: 10_001 }, (_, i) => [`m${i}`, "m.mar"]);
    const state = { version: 1, url: URL_8081, models, listed_at: 0 };
    const { report } = await run({ [FIRST_PAGE]: { models: [] } }, {}, { state });
    assert.equal(report.events.length, 10_000);
    assert.match(warnings(report), /events: limit 10000, seen 10001, dropped 1/);
  });
});
