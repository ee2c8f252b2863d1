import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import * as v from "valibot";
import { BINARY } from "../support/plugin_process.ts";
import { Host, MOST_MIB, peakMiB } from "./host.ts";
import { answer, rawHttpServer, type TestServer } from "./servers.ts";

/** What a management API sends for its list, and for each model. */
interface Sent {
  readonly list: string;
  readonly description: string;
}

const listOf = (count: number) =>
  JSON.stringify({ models: Array.from({ length: count }, (_, i) => ({ modelName: `m${i}`, modelUrl: "u" })) });
const many = (count: number, item: (i: number) => string) => `[${Array.from({ length: count }, (_, i) => item(i))}]`;
const version = (workers: string) => `[{"modelName":"a","modelVersion":"1","modelUrl":"u","workers":${workers}}]`;

/** All inside `max_response_bytes`. */
const SENT: Readonly<Record<string, () => Sent>> = {
  "a million versions of a model": () => ({
    list: listOf(1),
    description: many(1_000_000, (i) => `{"modelName":"a","modelVersion":"${i}"}`),
  }),
  "400,000 workers": () => ({
    list: listOf(1),
    description: version(many(400_000, (i) => `{"id":"${i}","pid":${i},"status":"READY"}`)),
  }),
  "a name of 50 MB": () => ({ list: `{"models":[{"modelName":"${"x".repeat(50_000_000)}"}]}`, description: "[]" }),
  "a list of nothing but braces": () => ({ list: many(2_700_000, () => "{}"), description: "[]" }),
  "many descriptions of nothing but braces": () => ({
    list: listOf(40),
    description: version(many(160_000, () => "{}")),
  }),
  "many descriptions whose every field is wrong": () => ({
    list: listOf(40),
    description: version(many(60_000, () => '{"id":[],"pid":"x","status":1,"memoryUsage":"y","gpu":1}')),
  }),
  "many descriptions of one long text": () => ({
    list: listOf(40),
    description: `[{"modelName":"a","modelVersion":"${"v".repeat(4_000_000)}","modelUrl":"u"}]`,
  }),
};

const reportSchema = v.object({ status: v.picklist(["partial", "error"]) });

describe("the binary, when a management API sends what no TorchServe has", () => {
  const servers: TestServer[] = [];
  after(() => servers.forEach((server) => server.close()));

  for (const [what, make] of Object.entries(SENT)) {
    it(`stays below ${MOST_MIB} MiB: ${what}`, async () => {
      const { list, description } = make();
      const server = await rawHttpServer((socket, { target }) => {
        socket.on("error", () => {});
        socket.end(answer(200, target.startsWith("/models?") ? list : description));
      });
      servers.push(server);
      const host = new Host(BINARY);
      const instance = {
        management_api_url: `http://127.0.0.1:${server.port}`,
        extended_metrics: true,
        limit: 1_000,
        submit_events: false,
      };
      const report = await host.run({ instance, timeout_ms: 60_000 });
      const peak = peakMiB(host.pid);
      await host.finish();
      assert.ok(v.is(reportSchema, report), JSON.stringify(report).slice(0, 500));
      assert.ok(peak < MOST_MIB, `${peak} MiB`);
    });
  }
});
