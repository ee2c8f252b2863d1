import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Client,
  errorBody,
  methodNotAllowed,
  resourceNotFound,
  statusBody,
  type Version,
} from "./torchserve_client.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What the three APIs answer to requests that change nothing. */
export function apisCases(client: () => Client): void {
  describe("answers", () => {
    it("carry the headers that forbid caching, and a request id of their own", async () => {
      const first = await client().inference("/ping");
      const second = await client().inference("/ping");
      for (const { headers } of [first, second]) {
        assert.equal(headers["content-type"], "application/json");
        assert.equal(headers["pragma"], "no-cache");
        assert.equal(headers["cache-control"], "no-cache; no-store, must-revalidate, private");
        assert.equal(headers["expires"], "Thu, 01 Jan 1970 00:00:00 UTC");
        assert.match(String(headers["x-request-id"]), uuid);
      }
      assert.notEqual(first.headers["x-request-id"], second.headers["x-request-id"]);
    });

    it("end the connection after an error only", async () => {
      const headers = { connection: "keep-alive" };
      assert.equal((await client().inference("/ping", { headers })).headers["connection"], "keep-alive");
      assert.equal((await client().inference("/nope", { headers })).headers["connection"], "close");
    });
  });

  describe("every API", () => {
    for (const endpoint of ["inference", "management", "metrics"] as const) {
      it(`describes itself and its version, without a key: ${endpoint}`, async () => {
        for (const [method, path] of [["OPTIONS", "/"], ["GET", "/api-description"]] as const) {
          const { status, headers, text } = await client()[endpoint](path, { method, anonymous: true });
          assert.equal(status, 200);
          assert.equal(headers["content-type"], "application/json");
          const { openapi, info, paths } = JSON.parse(text);
          assert.equal(openapi, "3.0.1");
          assert.deepEqual(info, {
            title: "TorchServe APIs",
            description: "TorchServe is a flexible and easy to use tool for serving deep learning models",
            version: "0.12.0",
          });
          assert.equal(typeof paths, "object");
        }
      });

      it(`answers 405 to other methods on /, and 404 to unknown paths: ${endpoint}`, async () => {
        for (const method of ["GET", "POST", "PUT", "DELETE"]) {
          const { status, text } = await client()[endpoint]("/", { method });
          assert.deepEqual([status, text], [405, methodNotAllowed]);
        }
        const { status, text } = await client()[endpoint]("/nope");
        assert.deepEqual([status, text], [404, resourceNotFound]);
      });
    }

    it("has its own paths only", async () => {
      for (
        const answer of [
          await client().management("/ping"),
          await client().inference("/models"),
          await client().metrics("/ping"),
          await client().metrics("/models"),
        ]
      ) {
        assert.deepEqual([answer.status, answer.text], [404, resourceNotFound]);
      }
    });
  });

  describe("inference API", () => {
    it("says that it is healthy, to any method", async () => {
      for (
        const [method, path] of [["GET", "/ping"], ["POST", "/ping"], ["GET", "/ping/"], ["GET", "/ping/x"]] as const
      ) {
        const { status, text } = await client().inference(path, { method });
        assert.deepEqual([status, text], [200, statusBody("Healthy")]);
      }
    });

    it("answers predictions with what the handler returns", async () => {
      const plain = { method: "POST", body: "hällo", headers: { "content-type": "text/plain" } };
      const form = {
        method: "POST",
        body: "data=from+a+form",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      };
      const answers = [
        await client().inference("/predictions/alpha", plain),
        await client().inference("/predictions/alpha/1.0", plain),
        await client().inference("/predictions/beta", form),
        await client().inference("/predictions/alpha"),
      ];
      assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200]);
      assert.deepEqual(answers.map(({ text }) => text), ["hällo", "hällo", "from a form", ""]);
    });

    it("answers 503 when a handler raises", async () => {
      const { status, text } = await client().inference("/predictions/beta", { method: "POST", body: "raise" });
      assert.deepEqual([status, text], [503, errorBody(503, "InternalServerException", "Prediction failed")]);
    });

    it("answers 404 to unknown models and versions, and without a name", async () => {
      const ask = { method: "POST", body: "x" };
      const unknown = await client().inference("/predictions/nope", ask);
      assert.deepEqual([unknown.status, unknown.text], [
        404,
        errorBody(404, "ModelNotFoundException", "Model not found: nope"),
      ]);
      const version = await client().inference("/predictions/alpha/7", ask);
      assert.deepEqual([version.status, version.text], [
        404,
        errorBody(404, "ModelVersionNotFoundException", "Model version: 7 does not exist for model: alpha"),
      ]);
      const nameless = await client().inference("/predictions", ask);
      assert.deepEqual([nameless.status, nameless.text], [404, resourceNotFound]);
    });
  });

  describe("management API", () => {
    it("describes a model loaded at startup, field by field", async () => {
      const { status, text } = await client().management("/models/alpha");
      assert.equal(status, 200);
      const [version, ...others] = JSON.parse(text) as Version[];
      assert.deepEqual(others, []);
      assert.ok(version !== undefined);
      const { workers, ...rest } = version;
      assert.deepEqual(rest, {
        modelName: "alpha",
        modelVersion: "1.0",
        modelUrl: "alpha_v1.mar",
        runtime: "python",
        minWorkers: 1,
        maxWorkers: 1,
        batchSize: 1,
        maxBatchDelay: 100,
        responseTimeout: 120,
        startupTimeout: 120,
        maxRetryTimeoutInSec: 300,
        clientTimeoutInMills: 0,
        parallelType: "",
        parallelLevel: 0,
        deviceType: "cpu",
        continuousBatching: false,
        useJobTicket: false,
        useVenv: false,
        stateful: false,
        sequenceMaxIdleMSec: 0,
        sequenceTimeoutMSec: 0,
        maxNumSequence: 0,
        maxSequenceJobQueueSize: 0,
        loadedAtStartup: true,
        jobQueueStatus: { remainingCapacity: 100, pendingRequests: 0 },
      });
      assert.equal(workers.length, 1);
      const [worker] = workers;
      assert.ok(worker !== undefined);
      assert.deepEqual(Object.keys(worker), ["id", "startTime", "status", "memoryUsage", "pid", "gpu", "gpuUsage"]);
      assert.match(worker.id, /^\d+$/);
      assert.match(worker.startTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual([worker.status, worker.gpu, worker.gpuUsage], ["READY", false, "N/A"]);
      assert.ok(worker.pid > 0 && worker.memoryUsage >= 0);
    });

    it("describes the same model as default, by version, as all, and with a slash at the end", async () => {
      const texts: string[] = [];
      for (const path of ["/models/alpha", "/models/alpha/", "/models/alpha/1.0", "/models/alpha/all"]) {
        texts.push((await client().management(path)).text);
      }
      assert.deepEqual(new Set(texts).size, 1);
    });

    it("adds what the handler says of itself with customized=true, except to all", async () => {
      const one = await client().json<Record<string, unknown>[]>("/models/alpha?customized=true");
      const all = await client().json<Record<string, unknown>[]>("/models/alpha/all?customized=TRUE");
      assert.deepEqual(one[0]?.["customizedMetadata"], { handler: "echo" });
      assert.equal("customizedMetadata" in (all[0] ?? {}), false);
    });

    it("answers 404 to unknown models and versions", async () => {
      const notFound = errorBody(404, "ModelNotFoundException", "Model not found: nope");
      for (const path of ["/models/nope", "/models/nope/all", "/models/nope/1.0"]) {
        const { status, text } = await client().management(path);
        assert.deepEqual([status, text], [404, notFound]);
      }
      const { status, text } = await client().management("/models/alpha/9.9");
      const message = "Model version: 9.9 does not exist for model: alpha";
      assert.deepEqual([status, text], [404, errorBody(404, "ModelVersionNotFoundException", message)]);
      const deep = await client().management("/models/alpha/1.0/x");
      assert.deepEqual([deep.status, deep.text], [404, resourceNotFound]);
    });

    it("answers 405 to methods that a path has not", async () => {
      for (
        const [method, path] of [
          ["PUT", "/models"],
          ["DELETE", "/models"],
          ["OPTIONS", "/models"],
          ["POST", "/models/alpha"],
          ["PATCH", "/models/alpha"],
        ] as const
      ) {
        const { status, text } = await client().management(path, { method });
        assert.deepEqual([method, path, status, text], [method, path, 405, methodNotAllowed]);
      }
      assert.equal((await client().management("/models", { method: "HEAD" })).status, 405);
    });

    it("answers KServe's question whether a model is ready", async () => {
      const { status, text } = await client().management("/v1/models/alpha");
      assert.deepEqual([status, JSON.parse(text)], [200, { name: "alpha", ready: true }]);
      assert.equal((await client().management("/v1/models/nope")).status, 404);
    });
  });
}
