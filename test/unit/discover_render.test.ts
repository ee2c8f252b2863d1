import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readConfig } from "../../plugin/config/mod.ts";
import type { ConfigDraft } from "../../plugin/discover/draft.ts";
import { remarks, renderJson, renderYaml } from "../../plugin/discover/render.ts";

const draft = (comment: string, path: string): ConfigDraft => ({
  servers: [{
    heading: `TorchServe ${comment}`,
    instances: [
      { comments: [comment], instance: { metrics_log: "/logs" }, suggestions: [], active: false },
      {
        comments: [comment],
        instance: { inference_api_url: "https://[::1]:8080", tls_verify: false, token_key_file: path },
        suggestions: [{ comment, options: { token_renew: true, token_api_url: path } }],
        active: true,
      },
    ],
  }],
  notes: [comment],
});
const instancesOf = async (text: string) => {
  const file = await readConfig(text, "conf.yaml");
  return file.instances.map(({ raw }) => raw);
};

describe("renderYaml()", () => {
  it("comments out what is not active, and what is suggested", () => {
    assert.equal(
      renderYaml(draft("a fact.", "/srv/ts/key_file.json"), "Found."),
      `# Found.

init_config:

instances:

  # TorchServe a fact.

  # a fact.
  # - metrics_log: /logs

  # a fact.
  - inference_api_url: https://[::1]:8080
    tls_verify: false
    token_key_file: /srv/ts/key_file.json
    # a fact.
    # token_renew: true
    # token_api_url: /srv/ts/key_file.json

# a fact.
`,
    );
  });

  it("keeps a server's words out of the configuration, and control characters out of the terminal", async () => {
    const evil = "1\n  - openmetrics_endpoint: http://evil\r\u2028- x: y\u0085- z\u001b[2J\u202e";
    const text = renderYaml(draft(evil, "/k"), evil);
    assert.equal((await instancesOf(text)).length, 1);
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(text + remarks(draft(evil, "/k")).join(""), /[\u001b\r\u0085\u2028\u202e]/);
  });

  it("breaks comments, not words, at 120 characters", () => {
    const lines = renderYaml(draft("word ".repeat(200), "/k"), "x").split("\n");
    assert.ok(lines.every((line) => line.length <= 120));
    assert.match(renderYaml(draft("w".repeat(300), "/k"), "x"), /w{300}/);
  });

  it("gives back any path, whatever comments say", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", minLength: 1 }).filter((path) => path.isWellFormed()),
        fc.string({ unit: "binary" }),
        async (path, comment) => {
          const expected = [{ inference_api_url: "https://[::1]:8080", tls_verify: false, token_key_file: path }];
          assert.deepEqual(await instancesOf(renderYaml(draft(comment, path), comment)), expected);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("renderJson()", () => {
  it("has the active instances, and remarks() what YAML has in comments", async () => {
    const json = renderJson(draft("a fact.", "/k"));
    assert.deepEqual(await instancesOf(json), [
      { inference_api_url: "https://[::1]:8080", tls_verify: false, token_key_file: "/k" },
    ]);
    assert.deepEqual(remarks(draft("a fact.", "/k")), [
      "TorchServe a fact.",
      "a fact.",
      "a fact.",
      'a fact. {"token_renew":true,"token_api_url":"/k"}',
      "a fact.",
    ]);
  });
});
