/** What --format dogstatsd writes, read back by a strict reader of the datagrams' grammar. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { datagrams } from "../../plugin/cli/dogstatsd_output.ts";
import { loadFormat, type Rendered, type Round } from "../../plugin/formats/mod.ts";
import type { Metric } from "../../plugin/report/mod.ts";
import { anyInstanceReport, eventWith, instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const render = async (round: Round, remembers = true): Promise<Rendered> =>
  await (await loadFormat("dogstatsd")).render(round, { ...OPTIONS, remembers });
const metric = (type: Metric["type"], value: number, fields: Partial<Metric> = {}): Metric => (
  { name: "ns.x", type, value, tags: ["a:b"], ...fields }
);
const START = Date.UTC(2030, 0, 1);

/** Renders rounds of one metric each, ten seconds apart; the texts. */
async function rounds(...metrics: Metric[]): Promise<string[]> {
  const texts: string[] = [];
  let state: Rendered["state"];
  for (const [i, one] of metrics.entries()) {
    const reports = [{ ...instanceWith({ metrics: [one] }), timeMs: START + i * 10_000 }];
    const rendered = await render({ reports, state });
    ({ state } = rendered);
    texts.push(rendered.text);
  }
  return texts;
}

/** Reads a line; throws at what an Agent would refuse or read as something else. */
function readLine(line: string): "metric" | "service check" | "event" {
  assert.ok(Buffer.byteLength(line) <= 8_192);
  const tags = (part: string | undefined) => {
    for (const tag of part?.split(",") ?? []) assert.notEqual(tag, "");
  };
  if (line.startsWith("_e{")) {
    const [start = "", titleBytes = "", textBytes = ""] = /^_e\{(\d+),(\d+)\}:/.exec(line) ?? assert.fail(line);
    const rest = Buffer.from(line.slice(start.length), "utf8");
    const titleEnd = Number(titleBytes);
    assert.ok(titleEnd > 0);
    assert.equal(rest[titleEnd], "|".charCodeAt(0));
    const end = titleEnd + 1 + Number(textBytes);
    const [, tagList] =
      /^(?:\|d:\d+)?(?:\|h:[^|]+)?(?:\|k:[^|]+)?(?:\|s:[^|]+)?(?:\|t:(?:info|success|warning|error))?(?:\|#([^|]+))?$/
        .exec(rest.subarray(end).toString("utf8")) ?? assert.fail(line);
    tags(tagList);
    return "event";
  }
  if (line.startsWith("_sc")) {
    const [, tagList] = /^_sc\|[^|]+\|[0-3](?:\|h:[^|]*)?(?:\|#([^|]+))?(?:\|m:[^|]+)?$/.exec(line) ??
      assert.fail(line);
    tags(tagList);
    return "service check";
  }
  const [, value, tagList] = /^[^\s:|@#]+:(-?\d+(?:\.\d+)?(?:e[+-]\d+)?)\|[gchd](?:\|#([^|]+))?$/.exec(line) ??
    assert.fail(line);
  assert.ok(Number.isFinite(Number(value)));
  tags(tagList);
  return "metric";
}

describe("the text of dogstatsd", () => {
  it("is what a strict reader takes, whatever the reports hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, remembers) => {
        const first = await render({ reports }, remembers);
        const { text } = await render({ reports, state: first.state }, remembers);
        const found = text.split("\n").slice(0, -1).map(readLine);
        for (const [kind, of] of [["service check", "service_checks"], ["event", "events"]] as const) {
          const expected = reports.reduce((count, { report }) => count + report[of].length, 0);
          assert.equal(found.filter((one) => one === kind).length, expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  const types = [
    ["gauge", [1.5, 2], ["ns.x:1.5|g|#a:b\n", "ns.x:2|g|#a:b\n"]],
    ["count", [3, 3], ["ns.x:3|c|#a:b\n", "ns.x:3|c|#a:b\n"]],
    ["monotonic_count", [3, 5, 5, 1, 4], ["", "ns.x:2|c|#a:b\n", "ns.x:0|c|#a:b\n", "", "ns.x:3|c|#a:b\n"]],
    ["rate", [10, 30, 5, 6], ["", "ns.x:2|g|#a:b\n", "", "ns.x:0.1|g|#a:b\n"]],
    ["historate", [10, 30], ["", "ns.x:2|h|#a:b\n"]],
    ["histogram", [3], ["ns.x:3|h|#a:b\n"]],
    ["distribution", [3], ["ns.x:3|d|#a:b\n"]],
  ] as const;
  for (const [type, values, expected] of types) {
    it(`has the values of a ${type} as its host would count them`, async () => {
      assert.deepEqual(await rounds(...values.map((value) => metric(type, value))), expected);
    });
  }

  it("counts the first value of a total, and the one after a reset, where the source began with them", async () => {
    const totals = [3, 5, 1].map((value) => metric("monotonic_count", value, { flush_first_value: true }));
    assert.deepEqual(await rounds(...totals), ["ns.x:3|c|#a:b\n", "ns.x:2|c|#a:b\n", "ns.x:1|c|#a:b\n"]);
  });

  it("leaves totals out where nothing is remembered, and says so", async () => {
    const metrics = [metric("monotonic_count", 1), metric("rate", 1), metric("count", 2), metric("gauge", 3)];
    const { text, notes, state } = await render({ reports: [instanceWith({ metrics })] }, false);
    assert.equal(text, "ns.x:2|c|#a:b\nns.x:3|g|#a:b\n");
    assert.equal(state, undefined);
    assert.match(notes?.join() ?? "", /--state-dir.*: ns\.x, and 1 more$/);
  });

  const lines = [
    ["the host name of a metric", metric("gauge", 1, { hostname: "h" }), "ns.x:1|g|#a:b,host:h"],
    ["a metric that has none at all", metric("gauge", 1, { hostname: "" }), "ns.x:1|g|#a:b,host:"],
    ["no tags", metric("gauge", 1, { tags: [] }), "ns.x:1|g"],
    ["tags with what ends them", metric("gauge", 1, { tags: ["a:b,c|d", "", "e\nf"] }), "ns.x:1|g|#a:b_c/d,e f"],
    ["a name with what ends it", metric("gauge", 1, { name: "a:b|c@d#e f" }), "a_b_c_d_e_f:1|g|#a:b"],
    ["a name that looks like a service check", metric("gauge", 1, { name: "_sc|x" }), "sc_x:1|g|#a:b"],
  ] as const;
  for (const [what, one, expected] of lines) {
    it(`writes ${what}`, async () => {
      assert.equal((await render({ reports: [instanceWith({ metrics: [one] })] })).text, `${expected}\n`);
    });
  }

  it("has service checks and events", async () => {
    const event = eventWith({ msg_title: "A model | ü", msg_text: "two\nlines", aggregation_key: "k|k" });
    const service_checks = [serviceCheck(2, "no | more\nhere"), { ...serviceCheck(0), hostname: "" }];
    const { text } = await render({ reports: [instanceWith({ service_checks, events: [event] })] });
    assert.equal(
      text,
      "_sc|torchserve.inference_api.health|2|#a:b|m:no / more here\n" +
        "_sc|torchserve.inference_api.health|0|h:|#a:b\n" +
        "_e{12,10}:A model | ü|two\\nlines|d:1893553440|h:box|k:k/k|s:torchserve|t:info|#m:1\n",
    );
  });

  it("leaves a line out that no Agent would read, and says so", async () => {
    const { text, notes } = await render({
      reports: [instanceWith({ metrics: [metric("gauge", 1, { tags: ["t".repeat(9_000)] })] })],
    });
    assert.equal(text, "");
    assert.match(notes?.join() ?? "", /longer than 8192 bytes/);
  });
});

describe("datagrams", () => {
  it("have whole lines, as many as fit, in order", () => {
    const line = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll("\n", ""));
    fc.assert(fc.property(fc.array(line), fc.integer({ min: 1, max: 100 }), (lines, most) => {
      const text = lines.filter((line) => line !== "").map((line) => `${line}\n`).join("");
      const found = [...datagrams(text, most)];
      assert.equal(found.join(""), text);
      for (const [i, datagram] of found.entries()) {
        assert.ok(datagram.endsWith("\n"));
        const size = Buffer.byteLength(datagram);
        assert.ok(size <= most || datagram.indexOf("\n") === datagram.length - 1);
        const next = found[i + 1]?.split("\n")[0];
        assert.ok(next === undefined || size + Buffer.byteLength(next) + 1 > most);
      }
    }));
  });
});
