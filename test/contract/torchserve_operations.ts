import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Answer, type Client, errorBody, type ModelList, statusBody, type Version } from "./torchserve_client.ts";

/** Registering, scaling, default versions, unregistering, and what workers go through. */
export function operationCases(client: () => Client): void {
  const versions = (name: string) => client().json<Version[]>(`/models/${name}/all`);
  const put = (path: string) => client().management(path, { method: "PUT" });
  const expect = (answer: Answer, status: number, text: string) =>
    assert.deepEqual([answer.status, answer.text], [status, text]);

  describe("registering", () => {
    it("asks for a url", async () => {
      expect(
        await client().management("/models", { method: "POST" }),
        400,
        errorBody(400, "BadRequestException", "Parameter url is required."),
      );
    });

    it("answers 404 when the model store has no such archive, and 400 when it cannot be downloaded", async () => {
      for (
        const [url, status, type, message] of [
          ["nope.mar", 404, "ModelNotFoundException", "Model not found at: nope.mar"],
          ["", 404, "ModelNotFoundException", "empty url"],
          ["../x.mar", 404, "ModelNotFoundException", "Relative path is not allowed in url: ../x.mar"],
          [
            "http://127.0.0.1:1/x.mar",
            400,
            "DownloadArchiveException",
            "Failed to download archive from: http://127.0.0.1:1/x.mar",
          ],
        ] as const
      ) {
        expect(await client().register(url), status, errorBody(status, type, message));
      }
    });

    it("refuses a version that is there already", async () => {
      const message = "Model version 1.0 is already registered for model alpha";
      expect(await client().register("alpha_v1.mar"), 409, errorBody(409, "ConflictStatusException", message));
    });

    it("takes its parameters from a JSON body, too", async () => {
      const body = JSON.stringify({ url: "beta.mar", model_name: "from_json", initial_workers: 0, batch_size: 3 });
      const headers = { "content-type": "application/json; charset=utf-8" };
      const answer = await client().management("/models", { method: "POST", body, headers });
      assert.equal(answer.status, 200);
      const [version] = await versions("from_json");
      assert.deepEqual([version?.batchSize, version?.loadedAtStartup, version?.workers], [3, false, []]);
      await client().unregister("from_json");
    });

    it("without workers gives a model that answers 503, while /ping stays healthy", async () => {
      expect(
        await client().register("beta.mar", "idle"),
        200,
        statusBody(
          'Model "idle" Version: 1.0 registered with 0 initial workers. ' +
            "Use scale workers API to add workers for the model.",
        ),
      );
      const idle = await client().inference("/predictions/idle", { method: "POST", body: "x" });
      const sequences =
        " If this is a sequence inference, please check if it is closed, or expired; or exceeds maxSequenceJobQueueSize";
      const noWorker = (which: string, purpose: string) =>
        `Model "idle"${which} has no worker to serve ${purpose} request. ` +
        "Please use scale workers API to add workers.";
      const type = "ServiceUnavailableException";
      expect(idle, 503, errorBody(503, type, noWorker("", "inference") + sequences));
      const described = await client().management("/models/idle?customized=true");
      expect(described, 503, errorBody(503, type, noWorker("", "describe")));
      expect(await client().inference("/ping"), 200, statusBody("Healthy"));
      await client().unregister("idle");
    });

    it("waits for the workers, by default as many as the configuration says", async () => {
      expect(
        await client().register("alpha_v2.mar", undefined, "batch_size=2&max_batch_delay=7"),
        200,
        statusBody('Model "alpha" Version: 2.0 registered with 1 initial workers'),
      );
      const [first, second] = await versions("alpha");
      assert.deepEqual([first?.modelVersion, second?.modelVersion], ["1.0", "2.0"]);
      assert.deepEqual([second?.minWorkers, second?.maxWorkers, second?.batchSize, second?.maxBatchDelay], [
        1,
        1,
        2,
        7,
      ]);
      // The answer comes a moment before the worker's state changes.
      for (const deadline = Date.now() + 5000; (await versions("alpha"))[1]?.workers[0]?.status !== "READY";) {
        assert.ok(Date.now() < deadline, "the worker does not become READY");
      }
      // The flag goes by the name, not by the version.
      assert.equal(second?.loadedAtStartup, true);
    });
  });

  describe("the default version", () => {
    it("is the first one, changes with set-default, and is what the list and the bare name show", async () => {
      const shown = async () => {
        const { models } = await client().json<ModelList>("/models");
        const listed = models.find(({ modelName }) => modelName === "alpha")?.modelUrl;
        const [version, ...others] = await client().json<Version[]>("/models/alpha");
        assert.deepEqual(others, []);
        return [listed, version?.modelVersion];
      };
      assert.deepEqual(await shown(), ["alpha_v1.mar", "1.0"]);
      const message = (version: string) => `Default version successfully updated for model "alpha" to "${version}"`;
      expect(await put("/models/alpha/2.0/set-default"), 200, statusBody(message("2.0")));
      assert.deepEqual(await shown(), ["alpha_v2.mar", "2.0"]);
      expect(await put("/models/alpha/1.0/set-default"), 200, statusBody(message("1.0")));
      assert.deepEqual(await shown(), ["alpha_v1.mar", "1.0"]);
    });

    it("must exist", async () => {
      const message = "Model version 7 does not exist for model alpha";
      expect(
        await put("/models/alpha/7/set-default"),
        404,
        errorBody(404, "ModelVersionNotFoundException", message),
      );
      expect(
        await put("/models/nope/1.0/set-default"),
        404,
        errorBody(404, "ModelNotFoundException", "Model not found: nope"),
      );
    });

    it("cannot be unregistered while there are others", async () => {
      const message = "Cannot remove default version for model alpha";
      for (const version of [undefined, "1.0"]) {
        expect(
          await client().unregister("alpha", version),
          403,
          errorBody(403, "InvalidModelVersionException", message),
        );
      }
    });
  });

  describe("scaling", () => {
    const workersOf = async () => {
      const version = (await versions("alpha")).find(({ modelVersion }) => modelVersion === "2.0");
      return [version?.minWorkers, version?.maxWorkers, version?.workers.length];
    };

    it("starts and stops workers within minimum and maximum", async () => {
      expect(
        await put("/models/alpha/2.0?min_worker=2&synchronous=true"),
        200,
        statusBody("Workers scaled to 2 for model: alpha, version: 2.0"),
      );
      assert.deepEqual(await workersOf(), [2, 2, 2]);
      await put("/models/alpha/2.0?min_worker=1&max_worker=3&synchronous=true");
      assert.deepEqual(await workersOf(), [1, 3, 2]);
      await put("/models/alpha?model_version=2.0&min_worker=1&synchronous=true");
      assert.deepEqual(await workersOf(), [1, 1, 1]);
    });

    it("without synchronous answers at once", async () => {
      expect(await put("/models/alpha/2.0?min_worker=1"), 202, statusBody("Processing worker updates..."));
    });

    it("to no worker forgets them all, whatever the maximum", async () => {
      await put("/models/alpha/2.0?min_worker=0&max_worker=2&synchronous=true");
      assert.deepEqual(await workersOf(), [0, 2, 0]);
    });

    it("refuses a maximum below the minimum, and models and versions that are not there", async () => {
      expect(
        await put("/models/alpha/2.0?min_worker=3&max_worker=1"),
        400,
        errorBody(400, "BadRequestException", "max_worker cannot be less than min_worker."),
      );
      expect(await put("/models/nope"), 404, errorBody(404, "ModelNotFoundException", "Model not found: nope"));
      const message = "Model version: 9 does not exist for model: alpha";
      expect(
        await put("/models/alpha/9?min_worker=1"),
        404,
        errorBody(404, "ModelVersionNotFoundException", message),
      );
    });

    it("to a negative number fails, and has stopped the workers", async () => {
      expect(
        await put("/models/alpha/2.0?min_worker=-1"),
        500,
        errorBody(500, "IndexOutOfBoundsException", "Index -1 out of bounds for length 0"),
      );
      assert.deepEqual(await workersOf(), [-1, -1, 0]);
    });
  });

  describe("unregistering", () => {
    it("removes a version, and takes the name for one that was not loaded at startup", async () => {
      const message = "Model version: 5 does not exist for model: alpha";
      expect(
        await client().unregister("alpha", "5"),
        404,
        errorBody(404, "ModelVersionNotFoundException", message),
      );
      expect(await client().unregister("alpha", "2.0"), 200, statusBody('Model "alpha" unregistered'));
      const [only, ...others] = await versions("alpha");
      assert.deepEqual([only?.modelVersion, only?.loadedAtStartup, others], ["1.0", false, []]);
      expect(
        await client().unregister("nope"),
        404,
        errorBody(404, "ModelNotFoundException", "Model not found: nope"),
      );
    });
  });

  describe("a model that is slow to load", () => {
    it("shows workers that are UNLOADING, first without a process, then READY; /ping is healthy all the time", async () => {
      const seen: string[] = [];
      const answer = await client().register("slow.mar", undefined, "initial_workers=1&synchronous=false");
      expect(answer, 202, statusBody("Processing worker updates..."));
      for (const deadline = Date.now() + 30_000; Date.now() < deadline && seen.at(-1) !== "READY process";) {
        const [version] = await versions("slow");
        const worker = version?.workers[0];
        assert.deepEqual([version?.workers.length, worker?.memoryUsage === undefined], [1, false]);
        const state = `${worker?.status} ${worker?.pid === -1 ? "no process" : "process"}`;
        if (seen.at(-1) !== state) seen.push(state);
        expect(await client().inference("/ping"), 200, statusBody("Healthy"));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.deepEqual(seen, ["UNLOADING no process", "UNLOADING process", "READY process"]);
      assert.equal((await client().unregister("slow")).status, 200);
    });
  });

  describe("a model that fails to load", () => {
    it("is refused by a registration that waits, and mostly left behind without workers", async () => {
      const message = "Failed to start workers for model broken version: 1.0";
      expect(
        await client().register("broken.mar", undefined, "initial_workers=1&synchronous=true"),
        500,
        errorBody(500, "InternalServerException", message),
      );
      // The worker's own thread unregisters the model, and is interrupted while it waits for the worker's process:
      // then the model comes back. Only if the process has ended by itself is it gone.
      const { status, text } = await client().management("/models/broken");
      if (status === 404) return;
      const [left] = JSON.parse(text) as Version[];
      assert.deepEqual([left?.minWorkers, left?.maxWorkers, left?.workers], [0, 0, []]);
      assert.equal((await client().unregister("broken")).status, 200);
    });

    it("is kept by one that does not, UNLOADING with ever new processes, while /ping stays healthy", async () => {
      await client().register("broken.mar", undefined, "initial_workers=1&synchronous=false");
      const pids = new Set<number>();
      const states = new Set<string>();
      for (const deadline = Date.now() + 20_000; Date.now() < deadline && pids.size < 2;) {
        const [version] = await versions("broken");
        for (const { status, pid } of version?.workers ?? []) {
          states.add(status);
          if (pid !== -1) pids.add(pid);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.deepEqual([...states], ["UNLOADING"]);
      assert.ok(pids.size >= 2);
      expect(await client().inference("/ping"), 200, statusBody("Healthy"));
      assert.equal((await client().unregister("broken")).status, 200);
    });
  });
}
