import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { runCheck } from "../../plugin/run/mod.ts";
import { validateInstance } from "../../plugin/config/mod.ts";
import { type HttpServer, serve } from "../../plugin/runtime/serve.ts";

const suite = new URL("../../../shared/conformance/openmetrics-1.0/", import.meta.url);
const cases = existsSync(suite)
  ? readdirSync(suite, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  : [];

describe("the suite of OpenMetrics 1.0, over HTTP with strict_parsing", {
  skip: cases.length === 0 && "the shared folder is absent",
}, () => {
  let server: HttpServer;
  before(async () => {
    server = await serve((request) => {
      const name = new URL(request.url).pathname.slice(1);
      const body = readFileSync(new URL(`${name}/metrics`, suite));
      return new Response(body, { headers: { "content-type": "application/openmetrics-text; version=1.0.0" } });
    });
  });
  after(() => server.close());

  it("has all its cases", () => assert.equal(cases.length, 211));

  for (const name of cases) {
    it(name, async () => {
      const { shouldParse } = JSON.parse(readFileSync(new URL(`${name}/test.json`, suite), "utf8"));
      const instance = { openmetrics_endpoint: `${server.url}/${name}`, strict_parsing: true, extra_metrics: [".*"] };
      const result = await validateInstance(instance, {});
      assert.ok(result.ok);
      const report = await runCheck({ config: result.config, issues: result.issues, hostStartSeconds: 0 });
      assert.equal(
        report.error?.code,
        shouldParse ? undefined : "parse",
        JSON.stringify(report.error ?? report.warnings),
      );
      assert.equal(report.service_checks[0]?.status === 2, !shouldParse);
    });
  }
});
