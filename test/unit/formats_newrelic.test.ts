/** What --format newrelic writes, read back by a schema of the integration protocol 4. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import * as v from "valibot";
import { loadFormat, type Round } from "../../plugin/formats/mod.ts";
import type { Metric } from "../../plugin/report/mod.ts";
import { VERSION } from "../../plugin/version.ts";
import { anyInstanceReport, eventWith, instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const attributes = v.record(text, text);
const metricSchema = v.strictObject({
  name: v.pipe(text, v.maxLength(254)),
  type: v.picklist(["gauge", "cumulative-count", "cumulative-rate"]),
  value: v.pipe(v.number(), v.finite()),
  attributes,
});
const schema = v.strictObject({
  protocol_version: v.literal("4"),
  integration: v.strictObject({ name: v.literal("torchserve-check"), version: v.literal(VERSION) }),
  data: v.tuple([v.strictObject({
    metrics: v.array(metricSchema),
    inventory: v.strictObject({}),
    events: v.array(v.strictObject({ summary: text, category: v.string(), attributes })),
  })]),
});

const render = async (round: Round, remembers = true) =>
  await (await loadFormat("newrelic")).render(round, { ...OPTIONS, remembers });
const metric = (name: string, type: Metric["type"], value: number, tags: string[] = []): Metric => (
  { name, type, value, tags }
);
const roundOf = (...metrics: Metric[]): Round => ({ reports: [instanceWith({ metrics })] });

/** The one line, as data. */
function read(output: string) {
  assert.equal(output.indexOf("\n"), output.length - 1);
  return v.parse(schema, JSON.parse(output)).data[0];
}

describe("the text of newrelic", () => {
  it("is what the protocol's schema takes, each metric once, whatever the reports hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, remembers) => {
        const { events } = read((await render({ reports }, remembers)).text);
        assert.equal(events.length, reports.reduce((count, { report }) => count + report.events.length, 0));
      }),
      { numRuns: 150 },
    );
  });

  it("has metrics with their types, and service checks as gauges", async () => {
    const { text } = await render({
      reports: [instanceWith({
        metrics: [
          metric("a", "gauge", 1, ["x:1", "bare"]),
          metric("b.count", "monotonic_count", 2),
          metric("c", "rate", 3),
        ],
        service_checks: [serviceCheck(0), serviceCheck(2), serviceCheck(1)],
      })],
    });
    assert.deepEqual(read(text).metrics, [
      { name: "a", type: "gauge", value: 1, attributes: { bare: "true", x: "1" } },
      { name: "b.count", type: "cumulative-count", value: 2, attributes: {} },
      { name: "c", type: "cumulative-rate", value: 3, attributes: {} },
      { name: "torchserve.inference_api.health", type: "gauge", value: 2, attributes: { a: "b" } },
    ]);
  });

  it("adds differences up, from round to round, and leaves them out where nothing is remembered", async () => {
    const round = roundOf(metric("a.count", "count", 2, ["x:1"]), metric("a.count", "count", 1, ["x:1"]));
    const { state } = await render(round);
    assert.deepEqual(read((await render({ ...round, state })).text).metrics.map(({ value }) => value), [6]);
    const { text, notes } = await render(round, false);
    assert.deepEqual(read(text).metrics, []);
    assert.match(notes?.join() ?? "", /--state-dir/);
  });

  it("takes any tag for an attribute of its name", async () => {
    const { text } = await render(roundOf(metric("a", "gauge", 1, ["__proto__:x", "constructor:y"])));
    assert.match(text, /"attributes":\{"__proto__":"x","constructor":"y"\}/);
  });

  it("has events with title, text and tags", async () => {
    const event = eventWith({ msg_title: "Title", msg_text: "Text" });
    assert.deepEqual(read((await render({ reports: [instanceWith({ events: [event] })] })).text).events, [
      { summary: "Title: Text", category: "t.added", attributes: { alert_type: "info", host: "box", m: "1" } },
    ]);
  });

  it("leaves names out that are too long, and says so", async () => {
    const { text, notes } = await render(roundOf(metric("n".repeat(255), "gauge", 1)));
    assert.deepEqual(read(text).metrics, []);
    assert.match(notes?.join() ?? "", /1 to 254 characters/);
  });
});
