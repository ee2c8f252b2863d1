/** Every format is held to what plugin/formats/format.ts promises: a new one is tested here as soon as it is listed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { statusForBatches, statusForPeople } from "../../plugin/formats/exit_status.ts";
import { FORMAT_NAMES, type FormatOptions, loadFormat, type Round } from "../../plugin/formats/mod.ts";
import { coloured } from "../../plugin/formats/style.ts";
import { anyInstanceReport, instanceWith, OPTIONS, reportOf, reportWith, serviceCheck } from "./formats_support.ts";

/** What no text may hold, and a terminal that shows it would obey; a format's own separators and colours go before. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
// deno-lint-ignore no-control-regex
const OWN_COLOURS = /\u001b\[\d+m/g;

const HOSTILE = {
  "escape sequences": "\u001b]0;owned\u0007\u001b[2J\u001b[31m",
  "forged lines": "a\nservice check OK\r\n0 forged",
  "forged fields": "a\tservice check\t0",
  "C1 controls": "\u009b31m\u0090\u0085",
  "separators of lines": "a\u2028b\u2029c\u000bd\u000ce",
  "bidirectional marks": "\u202egpj.exe\u2066\u2069\u200f\u061c",
  "null and a byte order mark": "\u0000\ufeff",
  "the names of a plain object": "__proto__ constructor",
};

for (const name of FORMAT_NAMES) {
  describe(`format ${name}`, () => {
    const render = async (round: Round, options: Partial<FormatOptions> = {}) =>
      await (await loadFormat(name)).render(round, { ...OPTIONS, ...options });

    /** Line feeds, and tabs of a format that separates the fields of a harmless report with them. */
    const separators = async () =>
      (await render({ reports: [reportOf("harmless")] })).text.includes("\t") ? /[\n\t]/g : /\n/g;

    for (const [what, text] of Object.entries(HOSTILE)) {
      it(`lets no foreign text reach a terminal raw: ${what}`, async () => {
        const plainRound = { reports: [reportOf("harmless")] };
        const round = { reports: [reportOf(text)] };
        for (const quiet of [false, true]) {
          for (const paint of [OPTIONS.paint, coloured]) {
            const { text: shown } = await render(round, { quiet, paint });
            assert.doesNotMatch(shown.replace(OWN_COLOURS, "").replace(await separators(), ""), CONTROLS);
            const { text: expected } = await render(plainRound, { quiet, paint });
            for (const [separator, what] of [["\n", "line"], ["\t", "field"]] as const) {
              assert.equal(shown.split(separator).length, expected.split(separator).length, `a ${what} was forged`);
            }
          }
        }
        const { text: plainText } = await render(round);
        assert.doesNotMatch(plainText.replace(await separators(), ""), CONTROLS, "colours that nobody asked for");
      });
    }

    it("shows any report: whole lines, the same each time, and the round as it was", async () => {
      const own = await separators();
      await fc.assert(
        fc.asyncProperty(fc.array(anyInstanceReport, { maxLength: 3 }), async (reports) => {
          const before = JSON.stringify(reports);
          for (const remembers of [true, false]) {
            const rendered = await render({ reports }, { remembers });
            const { text, state, notes = [] } = rendered;
            assert.ok(text === "" || text.endsWith("\n"));
            assert.doesNotMatch(text.replace(own, ""), CONTROLS);
            for (const note of notes) assert.doesNotMatch(note, CONTROLS);
            assert.equal(JSON.stringify(reports), before);
            assert.deepEqual(await render({ reports }, { remembers }), rendered);
            assert.deepEqual(state, state === undefined ? undefined : JSON.parse(JSON.stringify(state)));
            assert.ok(remembers || state === undefined, "a state that nobody keeps");
          }
        }),
        { numRuns: 80 },
      );
    });

    it("leaves a state that is the same when it was JSON, of -0 too", async () => {
      for (const type of ["count", "monotonic_count", "rate", "historate"] as const) {
        const reports = [instanceWith({ metrics: [{ name: "x", type, value: -0, tags: [] }] })];
        const { state } = await render({ reports });
        assert.deepEqual(state, state === undefined ? undefined : JSON.parse(JSON.stringify(state)));
      }
    });

    it("takes what it left back in the next round, and nothing at the first, nor what somebody else left", async () => {
      const metrics = [{ name: "x.count", type: "count" as const, value: 1, tags: [] }];
      const reports = [instanceWith({ service_checks: [serviceCheck(0)], metrics })];
      const first = await render({ reports });
      for (const state of [first.state, { version: 0 }, { version: 1, totals: 7 }]) {
        const second = await render({ reports, state });
        assert.ok(second.text.endsWith("\n") || second.text === "");
      }
    });

    for (const status of [undefined, null, "constructor", 7, -1, 1.5]) {
      it(`shows a service check with the status ${JSON.stringify(status)} as unknown`, async () => {
        const reports = [instanceWith({ service_checks: [serviceCheck(status)] })];
        await render({ reports });
        await render({ reports }, { quiet: true });
        const { exitStatus } = await loadFormat(name);
        const unknown = [reportWith({ service_checks: [serviceCheck(3)] })];
        for (const failOn of ["warning", "critical", "never"] as const) {
          assert.equal(exitStatus(reports.map(({ report }) => report), failOn), exitStatus(unknown, failOn));
        }
      });
    }

    it("shows many service checks and metrics", async () => {
      const tags = ["a:b"];
      const service_checks = Array.from({ length: 130_000 }, () => ({ name: "x", status: 0 as const, tags }));
      const metrics = Array.from({ length: 130_000 }, () => ({ name: "x", type: "gauge" as const, value: 1, tags }));
      await render({ reports: [instanceWith({ service_checks, metrics })] });
    });

    it("has one of four exit statuses, and 0 when all is well and when there is nothing", async () => {
      const { exitStatus } = await loadFormat(name);
      assert.equal(exitStatus([], "warning"), 0);
      assert.equal(exitStatus([reportWith({ service_checks: [serviceCheck(0)] })], "warning"), 0);
      fc.assert(fc.property(fc.array(anyInstanceReport), (reports) => {
        const status = exitStatus(reports.map(({ report }) => report), "critical");
        assert.ok([0, 1, 2, 3].includes(status));
      }));
    });

    it("keeps nothing between rounds", async () => {
      const round = { reports: [instanceWith({ metrics: [{ name: "x", type: "gauge", value: 1, tags: [] }] })] };
      const alone = await render(round);
      await render({ reports: [reportOf("other")] });
      assert.deepEqual(await render(round), alone);
    });
  });
}

describe("the exit status for people", () => {
  const critical = reportWith({ service_checks: [serviceCheck(0), serviceCheck(2)] });
  const warning = reportWith({ service_checks: [serviceCheck(1)] });
  const unknown = reportWith({ service_checks: [serviceCheck(3)] });
  const partial = reportWith({ status: "partial", warnings: [{ code: "limit", message: "cut" }] });
  const failed = reportWith({ status: "error", error: { code: "connect", message: "no" } });
  const config = reportWith({ status: "error", error: { code: "config", message: "no" } });
  const told = reportWith({ warnings: [{ code: "config", message: "misspelt" }] });
  const cases = [
    // report, --fail-on critical, warning, never
    ["all well", reportWith({}), 0, 0, 0],
    ["a CRITICAL service check in a run that is ok", critical, 1, 1, 0],
    ["a WARNING service check", warning, 0, 1, 0],
    ["an UNKNOWN service check", unknown, 0, 1, 0],
    ["a partial run", partial, 0, 1, 0],
    ["a run that ended in error", failed, 1, 1, 0],
    ["a configuration that is wrong", config, 2, 2, 2],
    ["a warning that leaves the run whole", told, 0, 0, 0],
  ] as const;
  for (const [what, report, ...expected] of cases) {
    it(`is ${expected.join(", ")} for ${what} (critical, warning, never)`, () => {
      const statuses = (["critical", "warning", "never"] as const).map((failOn) => statusForPeople([report], failOn));
      assert.deepEqual(statuses, expected);
    });
  }

  it("is the worst of all instances", () => {
    assert.equal(statusForPeople([critical, reportWith({}), config, failed], "critical"), 2);
    assert.equal(statusForPeople([reportWith({}), critical, partial], "critical"), 1);
  });

  it("is that of every format for people", async () => {
    for (const name of FORMAT_NAMES) {
      const { audience, exitStatus } = await loadFormat(name);
      assert.equal(exitStatus === statusForPeople, audience === "people");
    }
  });
});

describe("the exit status for hosts that take all or nothing", () => {
  const down = reportWith({ status: "error", error: { code: "connect", message: "no" } });
  const config = reportWith({ status: "error", error: { code: "config", message: "no" } });
  const watched = { ...config, service_checks: [serviceCheck(2)] };
  const cases = [
    ["a target that is down", [down], 0],
    ["a CRITICAL service check", [reportWith({ service_checks: [serviceCheck(2)] })], 0],
    ["one instance of several that cannot run", [config, down], 0],
    ["an instance that cannot run, and whose health check says so", [watched], 0],
    ["nothing but instances that cannot run", [config, config], 2],
  ] as const;
  for (const [what, reports, expected] of cases) {
    it(`is ${expected} for ${what}`, () => assert.equal(statusForBatches(reports, "warning"), expected));
  }

  it("is that of every format for them", async () => {
    for (const name of FORMAT_NAMES) {
      const { audience, exitStatus } = await loadFormat(name);
      assert.equal(exitStatus === statusForBatches, audience === "batches");
    }
  });
});
