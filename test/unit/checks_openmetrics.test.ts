import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkOpenMetrics } from "../../plugin/checks/openmetrics.ts";
import { HttpError } from "../../plugin/http/mod.ts";
import type { State } from "../../plugin/report/mod.ts";
import { checkWith, lines } from "../support/check.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";

const scrape = (answer: Answer, options: object = {}, state?: State, deadlineMs = Infinity) =>
  checkWith(
    checkOpenMetrics,
    { openmetrics_endpoint: "http://ts:8082/metrics", ...options },
    new FakeHttp({ "/metrics": answer }),
    { state, deadlineMs },
  );

const flushes = (report: Awaited<ReturnType<typeof scrape>>) =>
  report.metrics.filter(({ type }) => type === "monotonic_count").map(({ flush_first_value: flush }) => flush);

const COUNTER = '# TYPE Requests2XX counter\nRequests2XX{Level="Host",Hostname="h",} 67.0\n';

describe("checkOpenMetrics()", () => {
  it("maps TorchServe's names and labels, and drops its host name", async () => {
    const report = await scrape(
      `${COUNTER}# TYPE PredictionTime gauge\nPredictionTime{ModelName="m",Level="Model",hostname="h",} 0.5\n`,
      { tags: ["team:a"] },
    );
    assert.deepEqual(lines(report), [
      "ns.prediction_time{endpoint:http://ts:8082/metrics,level:Model,model_name:m,team:a} 0.5",
      "ns.requests.2xx.count{endpoint:http://ts:8082/metrics,level:Host,team:a} 67",
    ]);
    assert.equal(report.status, "ok");
    assert.deepEqual(report.service_checks, [
      { name: "ns.health", status: 0, tags: ["team:a", "endpoint:http://ts:8082/metrics"] },
    ]);
  });

  for (const name of ["ts_inference_requests", "ts_inference_requests_total"]) {
    it(`takes the counter ${name} with and without _total`, async () => {
      const report = await scrape(`# TYPE ${name} counter\n${name} 4\n`);
      assert.deepEqual(lines(report), ["ns.inference.count{endpoint:http://ts:8082/metrics} 4"]);
    });
  }

  it("collects extra metrics by name and under new names, and not the excluded ones", async () => {
    const text = "# TYPE a gauge\na 1\n# TYPE b gauge\nb 2\n# TYPE c gauge\nc 3\n# TYPE d_x gauge\nd_x 4\n";
    const report = await scrape(text, {
      extra_metrics: ["a", { b: "renamed.b" }, { c: "c" }, "d_.*"],
      exclude_metrics: ["c", "^d"],
      tag_by_endpoint: false,
    });
    assert.deepEqual(lines(report), ["ns.a{} 1", "ns.renamed.b{} 2"]);
  });

  it("adds counters and keeps the last gauge where dropped labels make samples equal", async () => {
    const report = await scrape(
      '# TYPE Requests2XX counter\nRequests2XX{Hostname="a"} 1\nRequests2XX{Hostname="b"} 2\n' +
        '# TYPE QueueTime gauge\nQueueTime{Hostname="a"} 1\nQueueTime{Hostname="b"} 2\n',
      { tag_by_endpoint: false },
    );
    assert.deepEqual(lines(report), ["ns.queue.time{} 2", "ns.requests.2xx.count{} 3"]);
    assert.match(report.warnings[0]?.message ?? "", /QueueTime: 1 samples/);
  });

  it("skips a bad line and says where and why", async () => {
    const report = await scrape(`${COUNTER}# TYPE QueueTime gauge\nQueueTime{a=\"b\"} x\n`);
    assert.equal(report.metrics.length, 1);
    assert.equal(report.status, "partial");
    assert.equal(report.warnings[0]?.code, "parse");
    assert.match(report.warnings[0]?.message ?? "", /line 4/);
  });

  it("fails for a bad line with strict_parsing, and is CRITICAL", async () => {
    const report = await scrape(`${COUNTER}QueueTime{a=\"b\"} x\n`, { strict_parsing: true });
    assert.equal(report.error?.code, "parse");
    assert.match(report.error?.message ?? "", /line 3, column \d+/);
    assert.equal(report.service_checks[0]?.status, 2);
  });

  it("keeps the worse of its health check and the target's own of that name", async () => {
    for (
      const [page, options, wanted] of [
        ["s 2\n", {}, [2]],
        ["s 0\n", {}, [0]],
        ["s 1\ns 2\n", {}, [2]],
        // Another host is another check.
        ['s{h="a"} 2\n', { hostname_label: "h" }, [2, 0]],
      ] as const
    ) {
      const check = {
        name: "health",
        type: "service_check",
        status_map: { "0": "OK", "1": "WARNING", "2": "CRITICAL" },
      };
      const report = await scrape(`# TYPE s gauge\n${page}`, { extra_metrics: [{ s: check }], ...options });
      assert.deepEqual(report.service_checks.map(({ status }) => status), wanted, page);
    }
  });

  it("has no health service check when it is disabled", async () => {
    const report = await scrape({ status: 500 }, { enable_health_service_check: false });
    assert.deepEqual(report.service_checks, []);
    assert.equal(report.status, "error");
  });

  for (
    const error of [
      new HttpError("connect", "refused", undefined, "refused"),
      new HttpError("tls", "no TLS", undefined, "no_tls"),
      new HttpError("timeout", "no connection within 1 s", undefined, "connect_timeout"),
    ]
  ) {
    it(`goes on without the target with ignore_connection_errors: ${error.message}`, async () => {
      const report = await scrape(error, { ignore_connection_errors: true });
      assert.equal(report.status, "partial");
      assert.deepEqual(report.warnings.map(({ code }) => code), [error.code]);
      assert.equal(report.service_checks[0]?.status, 2);
      assert.equal(report.error, undefined);
      assert.equal((await scrape(error)).status, "error");
    });
  }

  for (const answer of [new HttpError("timeout", "sent nothing for 1 s"), { status: 503 }]) {
    it(`fails for what is no connection error: ${JSON.stringify(answer)}`, async () => {
      assert.equal((await scrape(answer, { ignore_connection_errors: true })).status, "error");
    });
  }

  it("says that the time was up, with what it has", async () => {
    const report = await scrape(`${COUNTER}# TYPE QueueTime gauge\nQueueTime 1\n`, {}, undefined, 0);
    assert.equal(report.status, "partial");
    assert.deepEqual(report.warnings.map(({ code }) => code), ["timeout"]);
    assert.equal(report.metrics.length, 1);
  });
});

describe("flush_first_value of checkOpenMetrics()", () => {
  const rerun = (state: State | undefined) => state === undefined ? undefined : JSON.parse(JSON.stringify(state));

  it("is false at the first scrape and true from the second on", async () => {
    const first = await scrape(COUNTER);
    const second = await scrape(COUNTER, {}, rerun(first.state));
    const third = await scrape(COUNTER, {}, second.state);
    assert.deepEqual([first, second, third].map(flushes), [[false], [true], [true]]);
  });

  it("is false again after a scrape that failed", async () => {
    const first = await scrape(COUNTER);
    const failed = await scrape({ status: 500 }, {}, rerun(first.state));
    const next = await scrape(COUNTER, {}, rerun(failed.state));
    const after = await scrape(COUNTER, {}, rerun(next.state));
    assert.deepEqual([next, after].map(flushes), [[false], [true]]);
  });

  for (const [started, expected] of [[600, true], [400, false]] as const) {
    it(`follows the process start time ${started} of a target with use_process_start_time`, async () => {
      const text = `${COUNTER}# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${started}\n`;
      assert.deepEqual(flushes(await scrape(text, { use_process_start_time: true })), [expected]);
    });
  }

  it("starts afresh from a state that is none", async () => {
    assert.deepEqual(flushes(await scrape(COUNTER, {}, { version: 7, flush: "yes" })), [false]);
  });
});
