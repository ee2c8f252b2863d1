/** What --format influx writes, read back by a strict reader of the line protocol. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { measurementAndField } from "../../plugin/formats/influx.ts";
import { loadFormat, type Round } from "../../plugin/formats/mod.ts";
import type { Metric } from "../../plugin/report/mod.ts";
import { anyInstanceReport, eventWith, instanceWith, OPTIONS, serviceCheck } from "./formats_support.ts";

const render = async (round: Round, remembers = true) =>
  await (await loadFormat("influx")).render(round, { ...OPTIONS, remembers });
const metric = (name: string, type: Metric["type"], value: number, tags: string[] = []): Metric => (
  { name, type, value, tags }
);
const roundOf = (...metrics: Metric[]): Round => ({ reports: [instanceWith({ metrics })] });

interface Line {
  readonly measurement: string;
  readonly tags: readonly (readonly [string, string])[];
  readonly fields: readonly (readonly [string, string | number])[];
  readonly time: string;
}

const KEY = /((?:[^\\,= \n]|\\[,= ])+)/y;
const MEASUREMENT = /((?!#)(?:[^\\, \n]|\\[, ])+)/y;
const VALUE = /("(?:[^"\\\n]|\\["\\])*"|-?\d+i|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)/y;

/** Reads a line by the grammar, with nothing left over; a backslash stands only before what must be escaped. */
function readLine(line: string): Line {
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(line) ??
      assert.fail(`at ${at} of ${JSON.stringify(line)}: expected ${pattern.source}`);
    at += found.length;
    return found;
  };
  const key = (pattern: RegExp) => take(pattern).replace(/\\([,= ])/g, "$1");
  const value = () => {
    const text = take(VALUE);
    if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, "$1");
    const number = Number(text.replace(/i$/, ""));
    assert.ok(Number.isFinite(number));
    return number;
  };
  const measurement = key(MEASUREMENT);
  const tags: [string, string][] = [];
  while (line[at] === ",") {
    at++;
    const name = key(KEY);
    take(/=/y);
    tags.push([name, key(KEY)]);
  }
  const fields: [string, string | number][] = [];
  do {
    take(/[ ,]/y);
    const name = key(KEY);
    take(/=/y);
    fields.push([name, value()]);
  } while (line[at] === ",");
  const time = take(/ \d+$/y).slice(1);
  for (const names of [tags, fields].map((pairs) => pairs.map(([name]) => name))) {
    assert.equal(new Set(names).size, names.length, `a name stands twice: ${line}`);
  }
  return { measurement, tags, fields, time };
}

const read = (text: string) => text.split("\n").slice(0, -1).map(readLine);

describe("the text of influx", () => {
  it("is what a strict reader takes, each series once, whatever the reports hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), fc.boolean(), async (reports, remembers) => {
        const metrics = read((await render({ reports }, remembers)).text)
          .filter(({ measurement }) => measurement !== "torchserve_event");
        const series = metrics.map(({ measurement, tags }) => JSON.stringify([measurement, tags]));
        assert.equal(new Set(series).size, series.length, "a set of tags has two lines");
      }),
      { numRuns: 150 },
    );
  });

  it("has a line for each set of tags, with a field for each metric, at the time of the round", async () => {
    const round = roundOf(
      metric("torchserve.openmetrics.queue.time", "gauge", 1.5, ["model_name:a b", "bare"]),
      metric("torchserve.openmetrics.inference.count", "monotonic_count", 1e21, ["bare", "model_name:a b"]),
      metric("torchserve.openmetrics.grow", "rate", 7),
    );
    const { text } = await render(round);
    assert.equal(
      text,
      "torchserve_openmetrics,bare=true,model_name=a\\ b queue_time=1.5,inference_count=1e+21 1893553445000000000\n" +
        "torchserve_openmetrics grow=7 1893553445000000000\n",
    );
  });

  it("adds differences up, from round to round, and leaves them out where nothing is remembered", async () => {
    const round = roundOf(metric("a.b.c", "count", 2, ["x:1", "y:2"]), metric("a.b.c", "count", 1, ["y:2", "x:1"]));
    const { state } = await render(round);
    assert.deepEqual(read((await render({ ...round, state })).text)[0]?.fields, [["c", 6]]);
    const { text, notes } = await render(round, false);
    assert.equal(text, "");
    assert.match(notes?.join() ?? "", /--state-dir/);
  });

  it("has service checks and events, whose own tags others do not take away", async () => {
    const check = { ...serviceCheck(2, 'say "no"\n\\'), tags: ["check:mine", "a:b"] };
    const event = eventWith({ msg_title: "A model, added", msg_text: "x" });
    const { text } = await render({ reports: [instanceWith({ service_checks: [check], events: [event] })] });
    assert.deepEqual(read(text), [
      {
        measurement: "torchserve_service_check",
        tags: [["check", "torchserve.inference_api.health"], ["a", "b"], ["check_", "mine"]],
        fields: [["status", 2], ["message", 'say "no" \\']],
        time: "1893553445000000000",
      },
      {
        measurement: "torchserve_event",
        tags: [["alert_type", "info"], ["event_type", "t.added"], ["host", "box"], ["m", "1"]],
        fields: [["title", "A model, added"], ["text", "x"]],
        time: "1893553440000000000",
      },
    ]);
  });

  it("leaves buckets out, and says so", async () => {
    const histogram_buckets = [{ name: "ns.x", value: 1, lower_bound: 0, upper_bound: 1, monotonic: true, tags: [] }];
    const { text, notes } = await render({ reports: [instanceWith({ histogram_buckets })] });
    assert.equal(text, "");
    assert.deepEqual(notes, ["buckets have no place in this format and are left out: ns.x"]);
  });

  it("says that a series stands twice", async () => {
    const { text, notes } = await render(roundOf(metric("a.b.c", "gauge", 1), metric("a.b.c", "gauge", 2)));
    assert.deepEqual(read(text).map(({ fields }) => fields), [[["c", 2]]]);
    assert.match(notes?.join() ?? "", /more than once/);
  });
});

describe("measurement and field", () => {
  const cases = [
    ["torchserve.management_api.model.workers.current", "torchserve_management_api", "model_workers_current"],
    ["my.space", "torchserve", "my_space"],
    ["alone", "torchserve", "alone"],
    ["", "torchserve", "_"],
    ["a..b", "torchserve", "a__b"],
    ["a.b.c d=e", "a_b", "c\\ d\\=e"],
  ] as const;
  for (const [name, ...expected] of cases) {
    it(`are ${expected.join(" and ")} for ${JSON.stringify(name)}`, () => {
      assert.deepEqual(measurementAndField(name), expected);
    });
  }
});
