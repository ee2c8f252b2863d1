import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { embeddedAssets } from "../../plugin/assets/mod.ts";
import { pipelineBody, shippedPipeline } from "../../plugin/assets/logs/mod.ts";
import { dashboards, monitors, pipelines } from "../../plugin/assets/push/kinds.ts";
import { wantedMetadata } from "../../plugin/assets/push/metadata.ts";
import { wantedThings } from "../../plugin/assets/push/push.ts";
import { loadModels, type ModelName } from "../support/datadog_models.ts";

describe("the official models of Datadog's API", () => {
  let problemsOf: (body: unknown, model: ModelName) => string[];
  let texts: ReadonlyMap<string, string>;
  before(async () => {
    problemsOf = await loadModels();
    texts = await embeddedAssets();
  });

  it("take every dashboard and every monitor as they are sent, without one part that is not parsed or not declared", () => {
    const sent = [
      ...wantedThings(texts, "dashboards", dashboards, []).map((one) => ({ ...one, model: "Dashboard" as const })),
      ...wantedThings(texts, "monitors", monitors, ["@slack-ops"]).map((one) => ({
        ...one,
        model: "Monitor" as const,
      })),
    ];
    assert.equal(sent.length, 17);
    for (const { key, body, model } of sent) assert.deepEqual(problemsOf(body, model), [], key);
  });

  it("take the log pipeline and the metadata of every metric", async () => {
    assert.deepEqual(
      problemsOf(pipelines.marked("torchserve", pipelineBody(await shippedPipeline())), "LogsPipeline"),
      [],
    );
    const metrics = wantedMetadata(texts.get("metadata.csv") ?? "");
    assert.ok(metrics.length > 40);
    for (const { name, fields } of metrics) assert.deepEqual(problemsOf(fields, "MetricMetadata"), [], name);
  });

  it("find what is planted: a key, a kind of widget, a way to draw, an option, a processor that there is not", () => {
    const overview = texts.get("assets/dashboards/overview.json") ?? "";
    const disk = JSON.stringify(JSON.parse(texts.get("assets/monitors/disk.json") ?? "").definition);
    const planted: [string, ModelName][] = [
      [overview.replace('"precision": 2', '"precisoin": 2'), "Dashboard"],
      [overview.replace('"type": "toplist"', '"type": "toplists"'), "Dashboard"],
      [overview.replace('"display_type": "bars"', '"display_type": "bar"'), "Dashboard"],
      [disk.replace('"notify_audit"', '"notify_audits"'), "Monitor"],
      [disk.replace('"query alert"', '"metric alarm"'), "Monitor"],
    ];
    for (const [text, model] of planted) {
      assert.notDeepEqual(problemsOf(JSON.parse(text), model), [], text.slice(0, 80));
    }
  });
});
