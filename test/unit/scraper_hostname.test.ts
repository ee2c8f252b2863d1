import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scrape } from "../support/scrape.ts";

const hosts = async (labels: string, options: object) => {
  const report = await scrape(`# TYPE g gauge\ng{${labels}} 2\n`, { extra_metrics: ["g"], ...options });
  return report.metrics.map(({ hostname }) => hostname);
};

describe("hostname_label", () => {
  const format = { hostname_label: "node", hostname_format: "<HOSTNAME>-cluster" };

  it("names the host, in its format", async () => {
    assert.deepEqual(await hosts('node="a"', { hostname_label: "node" }), ["a"]);
    assert.deepEqual(await hosts('node="a"', format), ["a-cluster"]);
  });

  for (const value of ["", " ", "\t"]) {
    it(`names no host where the label says nothing: ${JSON.stringify(value)}`, async () => {
      assert.deepEqual(await hosts(`node="${value}"`, { hostname_label: "node" }), [undefined]);
      assert.deepEqual(await hosts(`node="${value}"`, format), [undefined]);
      assert.deepEqual(await hosts(`node="${value}"`, { ...format, empty_default_hostname: true }), [""]);
    });
  }

  it("is no label's name by default", async () => {
    for (const options of [{}, { share_labels: { s: true } }, { hostname_format: "<HOSTNAME>" }]) {
      const report = await scrape('# TYPE g gauge\ng{="b"} 9\ng{a="c"} 1\n', { extra_metrics: ["g"], ...options });
      assert.deepEqual(report.metrics.map(({ hostname }) => hostname).filter((hostname) => hostname !== undefined), []);
    }
  });
});
