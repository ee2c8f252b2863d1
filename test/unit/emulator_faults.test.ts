import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { request } from "node:http";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";

describe("a fault", () => {
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator({ metricTimeInterval: 0 });
  });
  afterEach(() => {
    emulator.faults.clear();
    emulator.requests.reset();
  });
  after(() => emulator.close());
  const ping = (signal?: AbortSignal) => fetch(`${emulator.inferenceUrl}/ping`, signal === undefined ? {} : { signal });
  const models = (query = "") => fetch(`${emulator.managementUrl}/models${query}`);
  const settled = async () => {
    for (const deadline = Date.now() + 2000; emulator.requests.inFlight > 0;) {
      assert.ok(Date.now() < deadline, "a request stays in flight");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  it("answers with another status, body and headers, where it matches", async () => {
    emulator.faults.add({
      endpoint: "inference",
      status: 200,
      body: '{"status": "Partial Healthy"}',
      headers: { "x-odd": "1" },
    });
    const answer = await ping();
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("x-odd"), "1");
    assert.deepEqual(await answer.json(), { status: "Partial Healthy" });
    assert.equal((await (await models()).json()).models.length, 2);
  });

  it("chooses by method, path and target", async () => {
    emulator.faults.add({ path: "/models/resnet-18/all", status: 500 });
    emulator.faults.add({ path: /^\/models\?limit=7/, status: 502 });
    emulator.faults.add({ endpoint: "management", method: "OPTIONS", status: 503 });
    const at = async (path: string, method = "GET") => {
      const answer = await fetch(`${emulator.managementUrl}${path}`, { method });
      await answer.body?.cancel();
      return answer.status;
    };
    assert.deepEqual(
      [
        await at("/models/resnet-18/all"),
        await at("/models/sentiment/all"),
        await at("/models?limit=7"),
        await at("/models?limit=8"),
        await at("/", "OPTIONS"),
      ],
      [500, 200, 502, 200, 503],
    );
  });

  it("strikes later, and only some times, and can be taken back", async () => {
    emulator.faults.add({ endpoint: "inference", after: 1, times: 2, status: 503 });
    const takeBack = emulator.faults.add({ endpoint: "management", status: 503 });
    const seen: number[] = [];
    for (let i = 0; i < 5; i++) seen.push((await ping()).status);
    assert.deepEqual(seen, [200, 503, 503, 200, 200]);
    takeBack();
    assert.equal((await models()).status, 200);
  });

  it("delays, and the ordinary answer follows", async () => {
    emulator.faults.add({ delayMs: 60 });
    const start = Date.now();
    assert.deepEqual(await (await ping()).json(), { status: "Healthy" });
    assert.ok(Date.now() - start >= 55);
  });

  it("that never answers is over when the client goes away", async () => {
    emulator.faults.add({ hang: true });
    const abort = new AbortController();
    const asked = ping(abort.signal);
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(emulator.requests.inFlight, 1);
    abort.abort();
    await assert.rejects(asked);
    await settled();
    assert.deepEqual(emulator.requests.log.map(({ status }) => status), [0]);
  });

  it("cuts a document, and the answer is complete all the same", async () => {
    emulator.faults.add({ path: "/models", truncate: 30 });
    const answer = await models();
    const text = await answer.text();
    assert.equal(text.length, 30);
    assert.throws(() => JSON.parse(text));
  });

  it("breaks the connection in the middle of the body", async () => {
    emulator.faults.add({ path: "/models", disconnect: 30 });
    const outcome = await new Promise<string>((resolve) => {
      let text = "";
      const sent = request(`${emulator.managementUrl}/models`, (response) => {
        response.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
        response.on("error", () => resolve(`broken after ${text.length}`));
        response.on("end", () => resolve(response.complete ? "complete" : `broken after ${text.length}`));
      });
      sent.on("error", () => resolve(`broken after ${text.length}`));
      sent.end();
    });
    assert.equal(outcome, "broken after 30");
    await settled();
  });

  it("drips the body, and counts as in flight until its end", async () => {
    emulator.faults.add({ endpoint: "inference", drip: { bytes: 10, everyMs: 15 } });
    const answer = await ping();
    assert.equal(emulator.requests.inFlight, 1);
    assert.equal(await answer.text(), '{\n  "status": "Healthy"\n}\n');
    await settled();
    assert.deepEqual(emulator.requests.log.map(({ status }) => status), [200]);
  });

  it("floods with the body, again and again", async () => {
    emulator.faults.add({ endpoint: "metrics", flood: 3_000_000 });
    const text = await (await fetch(emulator.metricsUrl)).text();
    assert.equal(text.length, 3_000_000);
    assert.ok(text.indexOf("# HELP", 10_000) > 0);
    await settled();
  });

  it("gives pages without end", async () => {
    emulator.faults.add({ endlessPages: true });
    const first = await (await models()).json();
    const second = await (await models(`?next_page_token=${first.nextPageToken}`)).json();
    assert.deepEqual([first.models.length, first.nextPageToken, second.nextPageToken], [100, "100", "200"]);
    assert.equal(second.models[0].modelName, "endless_100");
  });
});

describe("an emulator that is closed", () => {
  it("lets nobody wait", async () => {
    const emulator = await startEmulator({ metricTimeInterval: 0 });
    emulator.faults.add({ hang: true });
    const asked = fetch(`${emulator.inferenceUrl}/ping`).then((answer) => answer.text()).catch(() => "closed");
    await new Promise((resolve) => setTimeout(resolve, 30));
    const start = Date.now();
    await emulator.close();
    await asked;
    assert.ok(Date.now() - start < 10_000);
    await assert.rejects(fetch(`${emulator.inferenceUrl}/ping`));
  });
});
