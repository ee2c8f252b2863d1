import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sourceOf } from "../../plugin/cli/bare_argument.ts";
import { configurationOfUrl } from "../../plugin/cli/url_source.ts";
import { buildProgram } from "../../plugin/cli/program.ts";
import { UsageError } from "../../plugin/cli/usage_error.ts";

describe("configurationOfUrl()", () => {
  for (
    const [url, option, value] of [
      ["http://ts:8082", "openmetrics_endpoint", "http://ts:8082/metrics"],
      ["http://ts:8082/custom", "openmetrics_endpoint", "http://ts:8082/custom"],
      ["https://ts/metrics", "openmetrics_endpoint", "https://ts/metrics"],
      ["http://ts:8080/metrics?name[]=a", "openmetrics_endpoint", "http://ts:8080/metrics?name[]=a"],
      ["http://ts:8080", "inference_api_url", "http://ts:8080"],
      ["http://ts:8081/ping/", "inference_api_url", "http://ts:8081"],
      ["http://ts:8081", "management_api_url", "http://ts:8081"],
      ["https://ts/behind/models", "management_api_url", "https://ts/behind"],
      ["  http://[::1]:8081/  ", "management_api_url", "http://[::1]:8081"],
    ] as const
  ) {
    it(`takes ${url} as ${option}`, async () => {
      const { config, taken } = await configurationOfUrl(url);
      assert.deepEqual(JSON.parse(config), { instances: [{ [option]: value }] });
      assert.match(taken, new RegExp(`taken as ${option}, by its path or port$`));
    });
  }

  it("keeps a user and a password, and shows none", async () => {
    const { config, taken } = await configurationOfUrl("http://user:hidden@ts:8080");
    assert.match(config, /http:\/\/user:hidden@ts:8080/);
    assert.ok(!taken.includes("hidden"), taken);
  });
});

describe("sourceOf()", () => {
  const program = buildProgram();

  it("is what --instance says where there is no other word", () => {
    assert.equal(sourceOf([], undefined, program), undefined);
    assert.equal(sourceOf([], true, program), true);
    assert.equal(sourceOf([], "a.yaml", program), "a.yaml");
  });

  it("takes a file or a URL", () => {
    assert.equal(sourceOf(["deno.json"], undefined, program), "deno.json");
    assert.equal(sourceOf(["http://ts:8080"], true, program), "http://ts:8080");
  });

  for (
    const [words, message] of [
      [["demoo"], /unknown command/],
      [["conf.yml"], /no such file/],
      [["unix://%2Frun%2Fts.sock"], /a Unix socket does not tell which API of TorchServe it is/],
      [["deno.json", "deno.lock"], /one configuration/],
    ] as const
  ) {
    it(`refuses ${words.join(" ")}`, () => {
      assert.throws(
        () => sourceOf(words, undefined, program),
        (thrown) => thrown instanceof UsageError && message.test(thrown.message),
      );
    });
  }
});
