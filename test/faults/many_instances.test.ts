import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Emulator, startEmulator } from "../../plugin/emulator/mod.ts";
import { BINARY } from "../support/plugin_process.ts";
import { SeriesHost } from "../support/series.ts";
import { Host, peakMiB } from "./host.ts";

const INSTANCES = 1_000;
/** The first run of a counter says that its value is a start, which stands in the table. */
const ROUNDS = 3;
/** The bench has the target, 150 MB after forty rounds; this is what a process has that keeps too much of each. */
const MOST_MIB = 200;

describe(`the binary, with ${INSTANCES} instances of one connected host`, () => {
  let emulator: Emulator;
  let host: Host;
  before(async () => {
    emulator = await startEmulator({});
    host = new Host(BINARY);
    await host.ask("initialize", { protocol_version: 1, capabilities: { reports: "series" } });
  });
  after(async () => {
    await host.finish();
    await emulator.close();
  });

  it("reports each, with its own table and tags, and takes little for it", async () => {
    const kinds = [
      { openmetrics_endpoint: emulator.metricsUrl },
      { inference_api_url: emulator.inferenceUrl },
      { management_api_url: emulator.managementUrl },
    ];
    const tables = Array.from({ length: INSTANCES }, () => new SeriesHost());
    for (let round = 1; round <= ROUNDS; round++) {
      const all = tables.map(async (table, i) => {
        const instance = { ...kinds[i % 3], tags: [`instance:${i}`] };
        const { result } = await host.ask("check/run", { instance, check_id: `c${i}`, series_id: table.seriesId });
        const metrics = table.read(result);
        assert.equal(metrics.length > 5, i % 3 !== 1);
        for (const { tags } of metrics) assert.ok(tags.includes(`instance:${i}`));
      });
      await Promise.all(all);
    }
    assert.ok(tables.every(({ tables }) => tables <= 2), "a table only when it changed");
    const peak = peakMiB(host.pid);
    assert.ok(peak < MOST_MIB, `${peak} MiB`);
    assert.deepEqual(host.notifications, []);
  });
});
