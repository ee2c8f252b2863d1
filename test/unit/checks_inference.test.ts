import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkInference } from "../../plugin/checks/inference.ts";
import { HttpError } from "../../plugin/http/mod.ts";
import { checkWith } from "../support/check.ts";
import { type Answer, FakeHttp } from "../support/fake_http.ts";

const ping = (answer: Answer, base = "http://ts:8080", path = "/ping") =>
  checkWith(checkInference, { inference_api_url: base, tags: ["a:b"] }, new FakeHttp({ [path]: answer }));

describe("checkInference()", () => {
  for (
    const [body, status] of [
      [{ status: "Healthy" }, 0],
      [{ status: "Partial Healthy" }, 1],
      [{ status: "Unhealthy" }, 2],
      ["", 0],
      ["[]", 0],
      ["{", 0],
    ] as const
  ) {
    it(`takes a 200 with ${JSON.stringify(body)} for status ${status}`, async () => {
      const report = await ping(typeof body === "string" ? body : { ...body });
      assert.equal(report.status, "ok");
      const [check] = report.service_checks;
      assert.deepEqual([check?.name, check?.status, check?.tags], [
        "ns.health",
        status,
        ["a:b", "inference_api_url:http://ts:8080"],
      ]);
    });
  }

  for (const status of [199, 302, 404, 500, 503]) {
    it(`is CRITICAL for a ${status}`, async () => {
      const report = await ping({ status });
      assert.equal(report.status, "error");
      assert.equal(report.error?.code, "http");
      assert.equal(report.service_checks[0]?.status, 2);
      assert.match(report.error?.message ?? "", new RegExp(`answered ${status}`));
    });
  }

  for (const status of [401, 403, 407]) {
    it(`names credentials for a ${status}`, async () => {
      assert.equal((await ping({ status })).error?.code, "auth");
    });
  }

  it("is CRITICAL when there is no answer, with the transport's words", async () => {
    const report = await ping(new HttpError("timeout", "no answer within 10 s"));
    assert.deepEqual(report.error, { code: "timeout", message: "no answer within 10 s" });
    assert.equal(report.service_checks[0]?.message, "no answer within 10 s");
  });

  it("keeps the path of the address", async () => {
    const report = await ping({ status: "Healthy" }, "http://ts/behind/proxy/", "/behind/proxy/ping");
    assert.equal(report.service_checks[0]?.status, 0);
    assert.deepEqual(report.service_checks[0]?.tags.at(-1), "inference_api_url:http://ts/behind/proxy/");
  });
});
