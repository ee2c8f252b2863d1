import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LogFiles } from "../../plugin/preview/collect/mod.ts";
import { dullTags, groupLabel, tagsOfGroup } from "../../plugin/preview/labels.ts";
import { partsOf, withFineEnd } from "../../plugin/preview/parts.ts";
import { stacked } from "../../plugin/preview/page/stack.ts";
import { historyOf, metric, of, START, TARGETS, widget } from "./preview_support.ts";

describe("the history of the preview", () => {
  it("keeps fewer points of what is old, and the sums stay what they were", () => {
    const history = historyOf(TARGETS, 1);
    const seconds = 7_200;
    for (let i = 1; i <= seconds; i++) {
      history.add([
        of("metrics", {
          metrics: [metric("openmetrics.requests.2xx.count", 3 * i), metric("openmetrics.cpu.utilization", 50)],
        }),
      ], START + i);
    }
    const points = [...history.points.series.values()].flat().map(({ times }) => times.length);
    // Ten minutes of each second, fifty of each tenth, one hour of each sixtieth.
    for (const count of points) assert.ok(count > 900 && count < 1_100, `${count} points`);
    const data = widget(history, "Answers by class", { range: 0 });
    assert.ok(data.kind === "time_series");
    const sum = data.series[0]?.values.reduce<number>((all, value) => all + (value ?? 0), 0);
    assert.equal(sum, 3 * (seconds - 1));
  });

  it("forgets what is older than six hours", () => {
    const history = historyOf(TARGETS, 60);
    for (let i = 1; i <= 600; i++) {
      const tags = [`model_name:m${Math.floor(i / 100)}`];
      history.add([of("metrics", { metrics: [metric("openmetrics.handler_time", 1, ...tags)] })], START + 60 * i);
    }
    const names = history.points.series.get("torchserve.openmetrics.handler_time")?.map(({ tags }) =>
      tags.get("model_name")
    );
    assert.deepEqual(names, ["m2", "m3", "m4", "m5", "m6"]);
  });
});

describe("the parts of a range", () => {
  it("follow one another, end with the last run, and have room for a run each", () => {
    const runs = fc.record({
      interval: fc.integer({ min: 1, max: 90 }),
      many: fc.nat(50_000),
      seconds: fc.integer({ min: 60, max: 21_600 }),
    });
    fc.assert(fc.property(runs, ({ interval, many, seconds }) => {
      const now = interval * (1_000_000 + many);
      const { parts, width } = partsOf(now, seconds, interval);
      assert.equal(parts.at(-1)?.to, now);
      assert.equal(width % interval, 0);
      const seen = now - (parts[0]?.from ?? 0);
      assert.ok(parts.length <= 91 && seen >= seconds && seen < seconds + width, `${parts.length} parts, ${seen} s`);
      for (const all of [parts, withFineEnd(parts, interval)]) {
        for (const [i, part] of all.entries()) {
          assert.ok(part.to > part.from);
          if (i > 0) assert.equal(all[i - 1]?.to, part.from);
        }
      }
    }));
  });
});

describe("labels of groups", () => {
  it("read values that have commas and colons in them", () => {
    const group = "endpoint:http://a:1/x,y,model_name:a,b";
    assert.deepEqual(tagsOfGroup(group, ["endpoint", "model_name"]), [["endpoint", "http://a:1/x,y"], [
      "model_name",
      "a,b",
    ]]);
  });

  it("leave out what all groups have", () => {
    const groups = ["host:h,model_name:a", "host:h,model_name:b"];
    const names = ["host", "model_name"];
    assert.deepEqual(groups.map((group) => groupLabel(group, names, dullTags(groups, names))), ["a", "b"]);
    assert.equal(groupLabel("host:h", ["host"], dullTags(["host:h"], ["host"])), "h");
  });
});

describe("stacked()", () => {
  it("adds up from the bottom, and leaves gaps where nothing is", () => {
    assert.deepEqual(stacked([{ values: [1, null, 2, null] }, { values: [10, 20, null, null] }]), [
      [11, 20, 2, null],
      [10, 20, 0, null],
    ]);
  });
});

describe("log files", () => {
  const folder = mkdtempSync(join(tmpdir(), "torchserve-check-logs-"));
  const path = join(folder, "ts.log");
  const file = () => new LogFiles({ path, tags: [], rules: [{ type: "multi_line", name: "m", pattern: "\\d" }] });
  /** Reads until nothing waits for the rest of its message. */
  const all = async (files: LogFiles) => [(await files.read()).messages, (await files.read()).messages].flat();

  it("are followed: what is new, with what belongs to it, also where the file is replaced or cut", async () => {
    writeFileSync(path, "1 a\n  more\n2 b\n");
    const files = file();
    assert.deepEqual(await all(files), ["1 a\n  more", "2 b"]);
    appendFileSync(path, "3 c\n4 not who");
    assert.deepEqual(await all(files), ["3 c"]);
    appendFileSync(path, "le\n");
    assert.deepEqual(await all(files), ["4 not whole"]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "5 new\n");
    assert.deepEqual(await all(files), ["5 new"]);
    truncateSync(path);
    assert.deepEqual(await all(files), []);
    appendFileSync(path, "6\n");
    assert.deepEqual(await all(files), ["6"]);
    assert.equal(files.problem, undefined);
  });

  it("may be several by a star, and say why they cannot be read", async () => {
    writeFileSync(join(folder, "x_1.log"), "1 x\n");
    writeFileSync(join(folder, "x_2.log"), "2 y\n");
    const several = new LogFiles({ path: join(folder, "x_*.log"), tags: [], rules: [] });
    assert.deepEqual(await all(several), ["1 x", "2 y"]);
    const none = new LogFiles({ path: join(folder, "z_*.log"), tags: [], rules: [] });
    assert.deepEqual(await all(none), []);
    assert.match(none.problem ?? "", /z_\*\.log cannot be read: there is no such file/);
    const directory = new LogFiles({ path: folder, tags: [], rules: [] });
    await directory.read();
    assert.match(directory.problem ?? "", /it is no file/);
    rmSync(folder, { recursive: true });
  });
});
