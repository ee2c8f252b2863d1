import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { LOG_ATTRIBUTES } from "../../plugin/assets/logs/attributes.ts";
import { logEngine } from "../../plugin/assets/logs/engine.ts";
import { compileGrok } from "../../plugin/assets/logs/grok/compile.ts";
import { checkLogs, pipelineBody, shippedEngine, shippedPipeline } from "../../plugin/assets/logs/mod.ts";
import { statusOf } from "../../plugin/assets/logs/processors.ts";
import { readLogTests } from "../../plugin/assets/logs/read.ts";
import { fieldsOf } from "../../plugin/assets/logs/search/match.ts";
import { parseSearch } from "../../plugin/assets/logs/search/parse.ts";

const read = (path: string) => readFileSync(new URL(`../../assets/${path}`, import.meta.url), "utf8");
const PIPELINE = read("logs/torchserve.yaml");
const TESTS = read("logs/torchserve_tests.yaml");
const asset = await shippedPipeline();
const tests = await readLogTests(TESTS);

/** Paths of all attributes that its rules find. */
async function attributes(): Promise<string[]> {
  const paths: string[] = [];
  for (const processor of asset.pipeline.processors) {
    if (processor.type !== "grok-parser") continue;
    paths.push(...(await compileGrok(processor.grok.supportRules, processor.grok.matchRules)).paths.keys());
  }
  return paths;
}

/** What is said of the files after a change. */
async function problems(change: { pipeline?: [string | RegExp, string]; tests?: [string | RegExp, string] }) {
  const changed = (text: string, [from, to]: [string | RegExp, string] = [/$/, ""]) => {
    const result = text.replace(from, () => to);
    assert.ok(to === "" || result !== text, `there is no ${from}`);
    return result;
  };
  const found = await checkLogs(changed(PIPELINE, change.pipeline), changed(TESTS, change.tests));
  return [...found.pipeline, ...found.tests].map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the log pipeline", () => {
  it("makes of each line of its tests what they say, and has a test for each of its rules", async () => {
    assert.deepEqual(await checkLogs(PIPELINE, TESTS), { pipeline: [], tests: [] });
    assert.ok("value" in tests && tests.value.tests.length >= 30);
  });

  it("depends on no choice of how much %{data} takes", async () => {
    assert.ok("value" in tests);
    const [much, little] = [await logEngine(asset.pipeline), await logEngine(asset.pipeline, true)];
    for (const { sample } of tests.value.tests) assert.deepEqual(little.process(sample), much.process(sample));
  });

  it("takes any line, and finds nothing in it that is not there", async () => {
    const engine = await shippedEngine();
    const piece = fc.constantFrom(
      "2026-11-27T21:33:07,194",
      " [INFO ] ",
      "W-9000-alpha_1.0",
      "-stdout",
      " ACCESS_LOG",
      " MODEL_LOG",
      " - ",
      '/1.2.3.4:1 "GET /models/__proto__/1.0 HTTP/1.1" 200 1',
      "Traceback (most recent call last):",
      "A.BError: x",
      "\n",
      "\tat ",
      " ",
      "\u{1f600}",
    );
    const head = fc.constantFrom("", "2026-11-27T21:33:07,194 - ", "2026-11-27T21:33:07,194 [INFO ] W-9000-");
    const pieces = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    const lines = fc.tuple(head, fc.oneof(pieces, fc.string())).map(([start, rest]) => start + rest);
    fc.assert(fc.property(lines, (line) => {
      const { rule, message, attributes, tags } = engine.process(line);
      assert.ok(line.endsWith(message) || rule === undefined, message);
      assert.equal(Object.getPrototypeOf(attributes), Object.prototype);
      // Tags have `_` for what no tag may have.
      const inTags = line.toLowerCase().replace(/[^\p{L}\p{N}_\-:./]/gu, "_");
      for (const tag of tags.slice(1)) assert.ok(inTags.includes(tag.replace(/^.*?:/, "")), tag);
    }));
  });

  it("leaves lines of other sources, and lines that no rule matches, as they are", async () => {
    const engine = await shippedEngine();
    for (const [line, tags] of [["x", undefined], ["2026-11-27T21:33:07,194 - x", ["source:nginx"]]] as const) {
      assert.deepEqual(engine.process(line, tags), {
        message: line,
        status: "info",
        attributes: {},
        tags: tags ?? ["source:torchserve"],
      });
    }
  });

  it("has a meaning in docs/logs.md for each attribute", async () => {
    const meant = Object.keys(LOG_ATTRIBUTES);
    assert.deepEqual((await attributes()).filter((path) => path !== "message").sort(), [...meant].sort());
    for (const [path, meaning] of Object.entries(LOG_ATTRIBUTES)) assert.match(meaning, /^[A-Z].*\.$/, path);
  });

  it("is what Datadog's API takes: its names in small letters, no more than five samples of 5,000 characters", () => {
    const body = pipelineBody(asset, { description: "whose it is", tags: ["team:a"] });
    const text = JSON.stringify(body);
    assert.doesNotMatch(text, /"(?:enabled|supportRules|matchRules|[a-z]+[A-Z]\w*)":/);
    assert.deepEqual(Object.keys(body), ["name", "description", "tags", "is_enabled", "filter", "processors"]);
    assert.deepEqual(Object.keys(pipelineBody(asset)), ["name", "is_enabled", "filter", "processors"]);
    const [grok, ...others] = body.processors as Record<string, unknown>[];
    assert.deepEqual(Object.keys(grok ?? {}), ["type", "name", "is_enabled", "source", "samples", "grok"]);
    assert.deepEqual(Object.keys(grok?.grok as object), ["support_rules", "match_rules"]);
    assert.equal(others.length, asset.pipeline.processors.length - 1);
    assert.deepEqual(others.at(-1), {
      type: "attribute-remapper",
      name: "Logs have the tag model_version of the management API's metrics",
      is_enabled: true,
      sources: ["model.version"],
      source_type: "attribute",
      target: "model_version",
      target_type: "tag",
      preserve_source: true,
      override_on_conflict: false,
    });
  });
});

describe("checkLogs()", () => {
  it("names what is wrong, and where", async () => {
    const cases: [Parameters<typeof problems>[0], RegExp][] = [
      [{ pipeline: ["metric_id", "metricid"] }, /^metricid: Found the unknown name "metricid"\./],
      [{ pipeline: ["type: grok-parser", "type: grok-praser"] }, /processors\.0\.type: Found "grok-praser"/],
      [{ pipeline: ["sources: [timestamp]", "sources: []"] }, /processors\.1\.sources: /],
      [{ pipeline: ["enabled: true", "enabled: on"] }, /enabled: Found "on"; expected true or false/],
      [{ pipeline: ["id: torchserve", "id: [torchserve"] }, /^: /],
      [{ pipeline: ["%{word:level}", "%{wrd:level}"] }, /processors\.0\.grok: .* rule _level: found %\{wrd\}/],
      [
        { pipeline: ["@http.status_code:>=500", "@http.status_code:>=many"] },
        /categories\.0\.filter\.query: .*found "many/,
      ],
      [{ pipeline: ["path: duration", "path: durations"] }, /facets\.6\.path: Found the facet "durations"/],
      [{ pipeline: ["path: duration", "path: durations"] }, /facets: The attribute "duration" has no facet/],
      [{ pipeline: ["query: source:torchserve", "query: source:(torchserve"] }, /filter\.query: The search/],
      [{ pipeline: [/samples:\n/, "samples:\n        - nothing of TorchServe\n"] }, /samples/],
      [
        { pipeline: ["scale(1000000)", "scale(1000)"] },
        /tests\.\d+\.result\.custom\.duration: The pipeline makes .*expects/,
      ],
      [{ pipeline: ["query: source:torchserve", "query: source:torch"] }, /filter\.query: .* no logs of the source/],
      [
        { pipeline: ["sources: [timestamp]", "sources: [time]"] },
        /processors\.1\.sources\.0: Found "time"; expected an att/,
      ],
      [{ pipeline: ["@http.status_code:>=500", "@http.status:>=500"] }, /filter\.query: Found "@http\.status:"/],
      [{ pipeline: ["name: warning", "name: loud"] }, /categories\.1\.name: Found "loud"/],
      [
        { pipeline: ["path: http.version", "path: http.method"] },
        /facets\.3\.path: Found the facet "http.method" twice/,
      ],
      [
        { pipeline: ["          bare ", "          rare %{_date} rare\n          bare "] },
        /tests: No test has .* "rare"/,
      ],
      [{ tests: ["id: torchserve", "id: torch"] }, /^id: Found "torch"/],
      [{ tests: ["status: error", "status: info"] }, /tests\.\d+\.result\.status: .* makes "error" .* expects "info"/],
      [{ tests: ["result:", "results:"] }, /tests\.0\.results?: /],
    ];
    for (const [change, said] of cases) {
      const found = await problems(change);
      assert.ok(found.some((problem) => said.test(problem)), `${said} in ${found.join("\n")}`);
    }
  });
});

describe("statusOf()", () => {
  it("knows levels by their start, and numbers of syslog", () => {
    const known = {
      FATAL: "emergency",
      "0": "emergency",
      alert: "alert",
      Critical: "critical",
      ERROR: "error",
      "3": "error",
      WARN: "warn",
      warning: "warn",
      notice: "notice",
      INFO: "info",
      DEBUG: "debug",
      TRACE: "debug",
      "7": "debug",
      ok: "ok",
      Success: "ok",
      other: "ok",
      "8": "info",
      "?": "info",
    };
    for (const [level, status] of Object.entries(known)) assert.equal(statusOf(level), status, level);
  });
});

describe("dashboards", () => {
  for (const name of readdirSync(new URL("../../assets/dashboards/", import.meta.url))) {
    it(`look at attributes of logs that the pipeline finds: ${name}`, async () => {
      const looked = read(`dashboards/${name}`).match(/@[a-z_]+(?:\.[a-z_]+)+/g) ?? [];
      const known = new Set((await attributes()).map((path) => `@${path}`));
      assert.ok(looked.length > 0);
      assert.deepEqual(looked.filter((path) => !known.has(path.replace(/\.value$/, ""))), []);
    });
  }
});

describe("saved views", () => {
  const names = readdirSync(new URL("../../assets/saved_views/", import.meta.url));

  for (const name of names) {
    it(`look at what the pipeline finds: ${name}`, async () => {
      const view = JSON.parse(read(`saved_views/${name}`));
      const known = new Set((await attributes()).map((path) => `@${path}`));
      const tags = ["source", "service", "host", "status", "model_name", "model_version"];
      const { columns = [], group_bys = [] } = view.options;
      const looked: string[] = [
        ...fieldsOf(parseSearch(view.query)),
        ...view.visible_facets,
        ...columns,
        ...group_bys.map(({ facet }: { facet: string }) => facet),
      ];
      assert.deepEqual(looked.filter((field) => !known.has(field) && !tags.includes(field)), []);
      assert.match(view.query, /^source:torchserve /);
      assert.match(view.name, /^TorchServe: /);
    });
  }
});
