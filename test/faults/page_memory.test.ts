import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import * as v from "valibot";
import { BINARY } from "../support/plugin_process.ts";
import { Host, MOST_MIB, peakMiB } from "./host.ts";
import { answer, rawHttpServer, type TestServer } from "./servers.ts";

const repeat = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("");

/** All inside `max_response_bytes`. */
const PAGES: Readonly<Record<string, () => string>> = {
  "a million metrics": () => repeat(1_000_000, (i) => `# TYPE m${i} gauge\nm${i} 1\n`),
  "a million labels of one sample": () => `# TYPE g gauge\ng{${repeat(1_000_000, (i) => `l${i}="v",`)}} 1\ng 2\n`,
  "a million names of labels": () => `# TYPE g gauge\n${repeat(1_000_000, (i) => `g{l${i}="v"} 1\n`)}`,
  "a million buckets": () => `# TYPE h histogram\n${repeat(1_000_000, (i) => `h_bucket{le="${i}"} ${i}\n`)}`,
};
/** A host that stays connected gets the page again and again. */
const RUNS = 3;

const reportSchema = v.object({ status: v.literal("partial"), warnings: v.array(v.object({ code: v.string() })) });

describe("the binary, when a page is larger than any that a TorchServe has", () => {
  const servers: TestServer[] = [];
  after(() => servers.forEach((server) => server.close()));

  for (const [what, make] of Object.entries(PAGES)) {
    it(`stays below ${MOST_MIB} MiB, run after run: ${what}`, async () => {
      const page = make();
      const server = await rawHttpServer((socket) => {
        socket.on("error", () => {});
        socket.end(answer(200, page));
      });
      servers.push(server);
      const host = new Host(BINARY);
      const instance = {
        openmetrics_endpoint: `http://127.0.0.1:${server.port}/metrics`,
        metrics: [".*"],
        max_returned_metrics: 10,
      };
      for (let run = 0; run < RUNS; run++) {
        const report = await host.run({ instance, timeout_ms: 60_000 });
        assert.ok(v.is(reportSchema, report), JSON.stringify(report).slice(0, 500));
      }
      const peak = peakMiB(host.pid);
      await host.finish();
      assert.ok(peak < MOST_MIB, `${peak} MiB`);
    });
  }
});
