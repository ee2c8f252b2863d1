import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { httpDefaults, type Instance, validateInstance, type ValidConfig } from "../../plugin/config/mod.ts";
import { namesFor, OPTION_NAMES, optionOf } from "../../plugin/config/options.ts";
import { configOf } from "../support/config.ts";
import { httpOptions } from "../support/http_client.ts";

const INSTANCES = {
  openmetrics: { openmetrics_endpoint: "http://h:8082/metrics" },
  inference: { inference_api_url: "http://h:8080" },
  management: { management_api_url: "http://h:8081" },
  metrics_log: { metrics_log: "/logs" },
} as const;
const KINDS = ["openmetrics", "inference", "management", "metrics_log"] as const;

describe("the configuration of a kind", () => {
  for (const kind of KINDS) {
    it(`has the options that act on ${kind}, with their defaults, and no others`, async () => {
      const { options } = await configOf(kind, INSTANCES[kind]);
      const acting = OPTION_NAMES.filter((name) => optionOf(name).kinds.includes(kind));
      const follows = ["connect_timeout", "read_timeout"];
      const expected = acting.filter((name) =>
        optionOf(name).default !== undefined || name in INSTANCES[kind] || follows.includes(name)
      );
      assert.deepEqual(Object.keys(options).sort(), [...expected].sort());
      assert.deepEqual(namesFor(kind), acting);
    });
  }

  it("is told from the others by its kind, to the compiler too", () => {
    const limitOf = (config: ValidConfig): number => config.kind === "management" ? config.options.limit : 0;
    const endpointOf = (options: Instance<"openmetrics">): string => options.openmetrics_endpoint;
    // @ts-expect-error An option of another kind is not there.
    const wrong = (options: Instance<"inference">) => options.limit;
    // @ts-expect-error A log is not asked over HTTP.
    const none = (options: Instance<"metrics_log">) => options.timeout;
    assert.ok([limitOf, endpointOf, wrong, none].every((read) => typeof read === "function"));
  });

  it("has metrics_log as a mapping, however it is written", async () => {
    const written = ["/logs", { directory: "/logs" }];
    for (const metrics_log of written) {
      const { options, url } = await configOf("metrics_log", { metrics_log });
      assert.deepEqual(options.metrics_log, { directory: "/logs", start: "end", max_silence: 300 });
      assert.equal(url, "/logs");
    }
    const all = {
      ts_metrics: "/a",
      model_metrics: "/b",
      start: "beginning",
      max_silence: 900,
      metrics_config: "/m.yaml",
    };
    const { options } = await configOf("metrics_log", { metrics_log: all });
    assert.deepEqual(options.metrics_log, all);
  });

  it("refuses one file in place of both logs, whose lines would count twice", async () => {
    const result = await validateInstance({ metrics_log: { ts_metrics: "/a", model_metrics: "/a" } }, {});
    assert.ok(!result.ok);
    assert.match(result.issues[0]?.message ?? "", /expected two files, or only one of ts_metrics and model_metrics/);
  });
});

describe("httpDefaults()", () => {
  it("has what an instance has that says nothing of HTTP", async () => {
    const { max_concurrency: _, ...options } = await httpOptions({});
    for (const [name, value] of Object.entries(httpDefaults())) {
      assert.deepEqual(options[name as keyof typeof options], value, name);
    }
  });

  it("keeps what is given, and lets the timeouts follow", () => {
    const options = httpDefaults({ timeout: 3, read_timeout: 5, allow_redirects: false, max_concurrency: 2 });
    assert.deepEqual(
      [
        options.timeout,
        options.connect_timeout,
        options.read_timeout,
        options.allow_redirects,
        options.max_concurrency,
      ],
      [3, 3, 5, false, 2],
    );
  });
});
