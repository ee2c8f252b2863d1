import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig } from "../../plugin/config/mod.ts";

describe("readConfig()", () => {
  it("gives every instance with its path, as it stood in the file and validated", async () => {
    const text = "init_config: {timeout: 3}\ninstances:\n  - management_api_url: http://h:8081\n    limit: x\n" +
      "  - openmetrics_endpoint: http://h:8082/metrics\n";
    const { instances, initConfig, rawInitConfig, ok } = await readConfig(text, "conf.yaml");
    assert.equal(ok, false);
    assert.deepEqual(initConfig, { timeout: 3 });
    assert.deepEqual(rawInitConfig, { timeout: 3 });
    assert.deepEqual(instances.map(({ path, raw, result }) => [path, raw, result.ok]), [
      ["instances[0]", { management_api_url: "http://h:8081", limit: "x" }, false],
      ["instances[1]", { openmetrics_endpoint: "http://h:8082/metrics" }, true],
    ]);
    const [, second] = instances;
    const config = second?.result.ok ? second.result.config : undefined;
    assert.equal(config?.kind === "openmetrics" && config.options.timeout, 3);
  });

  it("tells an error of init_config once, and has it in the result of each instance", async () => {
    const text =
      "init_config: {timeout: -3}\ninstances:\n  - inference_api_url: http://h\n  - management_api_url: http://h\n";
    const { issues, instances } = await readConfig(text, "conf.yaml");
    assert.deepEqual(issues.map(({ path }) => path), ["init_config.timeout"]);
    assert.deepEqual(instances.map(({ result }) => [result.ok, result.issues.length]), [[false, 1], [false, 1]]);
  });

  it("reads one bare instance", async () => {
    const { instances, ok } = await readConfig("inference_api_url: http://h:8080\n", "-");
    assert.ok(ok);
    assert.deepEqual(instances.map(({ path }) => path), ["instance"]);
  });

  it("reads YAML as PyYAML does", async () => {
    const text = [
      "base: &base {tls_verify: off, tags: [a:b]}",
      "instances:",
      "  - <<: *base",
      "    management_api_url: http://h:8081",
      "    submit_events: No",
      "    limit: 0x10",
      "    service: y",
      "    tags: ['x:y', \"1e3\"]",
      "    limit: 7",
    ].join("\n");
    const { instances, issues } = await readConfig(text, "conf.yaml");
    assert.deepEqual(instances[0]?.raw, {
      tls_verify: false,
      tags: ["x:y", "1e3"],
      management_api_url: "http://h:8081",
      submit_events: false,
      service: "y",
      limit: 7,
    });
    assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [
      ["base", "warning"],
      ["instances[0].limit", "warning"],
    ]);
  });

  it("gives the logs that are right, with source and service filled in", async () => {
    const text = "init_config: {service: models}\nlogs:\n  - {type: file, path: /a.log}\n  - {type: file}\n" +
      "  - {type: TCP, port: '10514', service: mine, source: other}\n";
    const { logs, ok } = await readConfig(text, "conf.yaml");
    assert.equal(ok, false);
    assert.deepEqual(logs, [
      { type: "file", path: "/a.log", source: "torchserve", service: "models" },
      { type: "tcp", port: 10514, source: "other", service: "mine" },
    ]);
  });
});
