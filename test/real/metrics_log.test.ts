import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as v from "valibot";
import { messageSchemas } from "../../plugin/protocol/schemas.ts";
import { BINARY, PluginProcess } from "../support/plugin_process.ts";
import { prepare, type RealTorchServe, start } from "./torchserve.ts";

type Report = v.InferOutput<typeof messageSchemas.report>;
const reportOf = (message: unknown): Report => v.parse(v.object({ result: messageSchemas.report }), message).result;

/** Predictions, and requests for a model that is not there. */
async function load(server: RealTorchServe, good: number, bad: number): Promise<void> {
  for (let i = 0; i < good + bad; i++) {
    const model = i < good ? "alpha" : "nope";
    await fetch(`${server.inferenceUrl}/predictions/${model}`, { method: "POST", body: "x" }).then((r) => r.text());
  }
}

/** What a host makes of counters: how much each grew, by name and tags without the source's. */
function growth(reports: readonly Report[]): Record<string, number> {
  const totals = new Map<string, number>();
  for (const { name, type, value, tags } of reports.flatMap(({ metrics }) => metrics)) {
    if (!type.endsWith("count")) continue;
    const key = `${name} ${tags.filter((tag) => !tag.startsWith("endpoint:")).sort().join(" ")}`;
    totals.set(key, type === "count" ? (totals.get(key) ?? 0) + value : value);
  }
  return Object.fromEntries(totals);
}

const series = (report: Report) =>
  new Set(
    report.metrics.map(({ name, tags }) =>
      `${name} ${tags.filter((tag) => !tag.startsWith("endpoint:")).sort().join(" ")}`
    ),
  );

describe("one load on a real TorchServe gives the same numbers", () => {
  let scraped: RealTorchServe;
  let logged: RealTorchServe;
  before(async () => {
    const installation = await prepare();
    scraped = await start(installation);
    logged = await start(installation, { metricsMode: "log" });
  });
  after(async () => {
    await scraped?.stop();
    await logged?.stop();
  });

  it("from its metrics endpoint and from its logs", async () => {
    const talk = new PluginProcess(BINARY);
    const endpoint = { openmetrics_endpoint: scraped.metricsUrl };
    const logs = { metrics_log: { directory: logged.logDirectory, start: "beginning" } };
    const run = async (instance: object) => reportOf(await talk.ask("check/run", { instance }));
    const fromEndpoint: Report[] = [];
    const fromLogs: Report[] = [];
    for (const [good, bad] of [[5, 2], [0, 0], [7, 1]] as const) {
      await Promise.all([load(scraped, good, bad), load(logged, good, bad)]);
      // log4j writes at once; the endpoint's numbers are there with the answer.
      await new Promise((resolve) => setTimeout(resolve, 300));
      fromEndpoint.push(await run(endpoint));
      fromLogs.push(await run(logs));
    }
    await talk.finish();
    const [ours, theirs] = [growth(fromLogs), growth(fromEndpoint)];
    const inference = "torchserve.openmetrics.inference.count model_name:alpha model_version:default";
    assert.equal(ours[inference], 12);
    assert.equal(theirs[inference], 12);
    const refused = "torchserve.openmetrics.requests.4xx.count level:Host";
    assert.equal(ours[refused], 3);
    assert.equal(theirs[refused], 3);
    const [last, other] = [fromLogs.at(-1), fromEndpoint.at(-1)];
    assert.ok(last !== undefined && other !== undefined);
    const worker = (name: string) => name.replace(/W-\d+-/, "W-");
    assert.deepEqual([...series(last)].map(worker).sort(), [...series(other)].map(worker).sort());
    assert.deepEqual([last.status, other.status], ["ok", "ok"]);
  });
});
