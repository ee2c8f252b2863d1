import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConfigIssue, validateInstance, type ValidConfig } from "../../plugin/config/mod.ts";
import { configOf } from "../support/config.ts";

const OPENMETRICS = { openmetrics_endpoint: "http://localhost:8082/metrics" };
const MANAGEMENT = { management_api_url: "http://localhost:8081" };

async function valid(instance: unknown, init?: unknown): Promise<ValidConfig> {
  const result = await validateInstance(instance, init);
  assert.ok(result.ok, JSON.stringify(result.issues));
  return result.config;
}

async function issuesOf(instance: unknown, init?: unknown): Promise<readonly ConfigIssue[]> {
  return (await validateInstance(instance, init)).issues;
}

describe("a valid instance", () => {
  it("has the kind of its endpoint, and the endpoint as its url", async () => {
    const kinds = await Promise.all([
      valid(OPENMETRICS),
      valid({ inference_api_url: "http://localhost:8080/" }),
      valid(MANAGEMENT),
      valid({ metrics_log: { model_metrics: "/logs/model_metrics.log" } }),
    ]);
    assert.deepEqual(kinds.map(({ kind, url }) => [kind, url]), [
      ["openmetrics", "http://localhost:8082/metrics"],
      ["inference", "http://localhost:8080/"],
      ["management", "http://localhost:8081"],
      ["metrics_log", "/logs/model_metrics.log"],
    ]);
  });

  it("keeps user info in its options and out of its url", async () => {
    const config = await configOf("management", { management_api_url: "https://me:p%40ss@host:8081/base/" });
    assert.equal(config.url, "https://host:8081/base/");
    assert.equal(config.options.management_api_url, "https://me:p%40ss@host:8081/base/");
  });

  it("has the defaults of the option list", async () => {
    const { options } = await configOf("management", MANAGEMENT);
    const expected: Partial<typeof options> = {
      limit: 100,
      include: [".*"],
      exclude: [],
      interval: 0,
      submit_events: true,
      max_concurrency: 16,
      timeout: 10,
      connect_timeout: 10,
      read_timeout: 10,
      tls_verify: true,
      allow_redirects: true,
      max_response_bytes: 67_108_864,
      min_collection_interval: 15,
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(options[name as keyof typeof options], value, name);
    }
    assert.equal("exclude_labels" in options, false);
    assert.equal(options.username, undefined);
  });

  it("merges its label names over the default ones, and replaces the default list of excluded labels", async () => {
    const { options } = await configOf("openmetrics", {
      ...OPENMETRICS,
      rename_labels: { Level: "grade", a: "b" },
      exclude_labels: ["x"],
    });
    assert.deepEqual(options.rename_labels, {
      Level: "grade",
      ModelName: "model_name",
      WorkerName: "worker_name",
      a: "b",
    });
    assert.deepEqual(options.exclude_labels, ["x"]);
  });

  it("gets numbers from numeric strings, booleans from words and header values from numbers", async () => {
    const { options } = await configOf("management", {
      ...MANAGEMENT,
      limit: "5",
      timeout: "2.5",
      submit_events: "off",
      tls_verify: 0,
      allow_redirects: "YES",
      headers: { "X-Scope": 7 },
      auth_type: "Basic",
    });
    assert.equal(options.limit, 5);
    assert.equal(options.timeout, 2.5);
    assert.equal(options.submit_events, false);
    assert.equal(options.tls_verify, false);
    assert.equal(options.allow_redirects, true);
    assert.deepEqual(options.headers, { "X-Scope": "7" });
    assert.equal(options.auth_type, "basic");
  });

  it("takes null for 'not set'", async () => {
    const { options } = await configOf("management", {
      ...MANAGEMENT,
      limit: null,
      tags: null,
      proxy: { http: null },
      inference_api_url: null,
    });
    assert.equal(options.limit, 100);
    assert.deepEqual(options.tags, []);
  });

  it("does not share its values with the input", async () => {
    const tags = ["a:b"];
    const { options } = await configOf("openmetrics", {
      ...OPENMETRICS,
      tags,
    });
    tags.push("c:d");
    assert.deepEqual(options.tags, ["a:b"]);
  });
});

describe("init_config", () => {
  it("gives defaults that the instance overrides", async () => {
    const init = { timeout: 3, service: "models", skip_proxy: true, log_requests: true, tls_ignore_warning: true };
    const config = await configOf("openmetrics", {
      ...OPENMETRICS,
      service: "mine",
    }, init);
    assert.equal(config.options.timeout, 3);
    assert.equal(config.options.connect_timeout, 3);
    assert.equal(config.options.service, "mine");
    assert.equal(config.options.skip_proxy, true);
    assert.equal(
      (await configOf("openmetrics", {
        ...OPENMETRICS,
        timeout: 7,
      }, init)).options.read_timeout,
      7,
    );
    assert.equal(
      (await configOf("openmetrics", {
        ...OPENMETRICS,
        skip_proxy: false,
      }, init)).options.skip_proxy,
      false,
    );
  });

  it("may be null or absent, and may not be wrong", async () => {
    await valid(OPENMETRICS, null);
    const result = await validateInstance(OPENMETRICS, { timeout: -1 }, "instances[0]", "init_config");
    assert.equal(result.ok, false);
    assert.deepEqual(result.issues.map(({ path }) => path), ["init_config.timeout"]);
  });
});

describe("issues", () => {
  it("stand at the path that the caller gave", async () => {
    const { issues } = await validateInstance({ ...MANAGEMENT, include: ["a", "("] }, null, "instances[3]");
    assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [["instances[3].include[1]", "error"]]);
    assert.match(issues[0]?.message ?? "", /missing \), unterminated subpattern at position 0/);
  });

  it("refuses a pattern that no engine searches for in bounded time, with the reason and what to write instead", async () => {
    const issues = await issuesOf({ ...MANAGEMENT, include: ["(a+)+\\1"], exclude: ["^(?!.*_test).*$", "(\\w+)-\\1"] });
    assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [["instance.include[0]", "error"]]);
    assert.match(
      issues[0]?.message ?? "",
      /back-reference.*write.*expected one that every text is searched for in bounded time/,
    );
  });

  it("name each path once as an error", async () => {
    const issues = await issuesOf({ openmetrics_endpoint: "%%host%%:8082", timeout: "ENC[a]" });
    assert.deepEqual(issues.map(({ path }) => path), ["instance.openmetrics_endpoint", "instance.timeout"]);
  });
});

describe("an instance that is too large to be read", () => {
  const nested = (levels: number) => {
    let value: unknown = 1;
    for (let i = 0; i < levels; i++) value = [value];
    return value;
  };
  for (
    const [what, more] of [
      ["values", { extra_metrics: Array.from({ length: 60_000 }, (_, i) => `m${i}`) }],
      ["a text", { tags: ["x".repeat(100_000)] }],
      ["levels", { x: nested(20) }],
    ] as const
  ) {
    it(`still tells which target is not watched: too many or too long, ${what}`, async () => {
      const result = await validateInstance({ ...MANAGEMENT, ...more }, {});
      assert.ok(!result.ok);
      assert.equal(result.issues.length, 1);
      assert.equal(result.readable?.kind, "management");
      assert.equal(result.readable?.url, MANAGEMENT.management_api_url);
    });
  }

  it("tells nothing where the endpoint is what is too long", async () => {
    const result = await validateInstance({ management_api_url: `http://h/${"x".repeat(1_000_000)}` }, {});
    assert.ok(!result.ok);
    assert.equal(result.readable, undefined);
  });
});

describe("names that mean something to JavaScript", () => {
  it("change no prototype and are refused", async () => {
    const instance: unknown = JSON.parse(
      '{"management_api_url": "http://h", "__proto__": {"limit": 1}, "rename_labels": {"__proto__": {"polluted": true}}}',
    );
    const issues = await issuesOf(instance);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.deepEqual(issues.map(({ path }) => path).slice(0, 2), [
      "instance.__proto__",
      "instance.rename_labels.__proto__",
    ]);
  });

  it("are unknown options where they are not reserved", async () => {
    const issues = await issuesOf({ ...OPENMETRICS, toString: 1, hasOwnProperty: 2 });
    assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [
      ["instance.toString", "warning"],
      ["instance.hasOwnProperty", "warning"],
    ]);
  });
});
