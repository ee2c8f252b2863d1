import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readConfig, validateInstance } from "../../plugin/config/mod.ts";
import { OPTION_NAMES } from "../../plugin/config/options.ts";

/** Each takes far less than a second where time is linear, and minutes where it is quadratic. */
const GENEROUS_MS = 20_000;
const LENGTH = 65_000;
const ENDPOINT = { openmetrics_endpoint: "http://h:8082/metrics" };
const ENDPOINTS: ReadonlySet<string> = new Set([
  "openmetrics_endpoint",
  "inference_api_url",
  "management_api_url",
  "metrics_log",
]);

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await work();
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs < GENEROUS_MS, `it took ${tookMs} ms`);
  return result;
}

const fill = (piece: string) => piece.repeat(LENGTH / piece.length);
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe("validation takes time linear in", () => {
  for (
    const piece of [
      "a:",
      ":",
      "#",
      "@",
      "a@",
      "%%a",
      "ENC[",
      "]",
      "/",
      "?",
      "a.",
      "%4",
      ".sock/",
      "[",
      "(",
      "|",
      " ",
      "x",
    ]
  ) {
    for (const start of ["", "http://", "http://h/", "unix://", "unix:///.sock"]) {
      it(`the length of an address of ${JSON.stringify(start + piece)}`, async () => {
        const url = start + fill(piece);
        await inTime(() => validateInstance({ openmetrics_endpoint: url }, {}));
        await inTime(() => validateInstance({ management_api_url: "http://h", token_api_url: url }, {}));
      });
    }
  }

  for (const piece of ["a:", "1", "1.", " ", "%%a", "(", "a|", "]", "@"]) {
    for (const end of ["", "x"]) {
      it(`the length of the texts of all options, of ${JSON.stringify(piece)}, ending in "${end}"`, async () => {
        const text = fill(piece).slice(0, LENGTH - 1) + end;
        const options = OPTION_NAMES.filter((name) => !ENDPOINTS.has(name)).map((name) => [name, text]);
        await inTime(() => validateInstance({ ...ENDPOINT, ...Object.fromEntries(options) }, {}));
      });
    }
  }

  it("the length of names", async () => {
    const name = fill("a:");
    await inTime(() => validateInstance({ ...ENDPOINT, [name]: { [name]: { [name]: 1 } }, proxy: { [name]: 1 } }, {}));
  });

  it("the number of unknown names, wrong values, and patterns", async () => {
    const names = Object.fromEntries(times(5_000, (i) => [`tags_x${i}`, 1]));
    await inTime(() => validateInstance({ ...ENDPOINT, ...names }, {}));
    await inTime(() => validateInstance({ ...ENDPOINT, rename_labels: names }, {}));
    await inTime(() => validateInstance({ ...ENDPOINT, exclude_metrics: times(5_000, (i) => `^a(b|c${i}`) }, {}));
  });

  it("the number of instances, blocks, and broken lines of a file", async () => {
    const blocks = "  - openmetrics_endpoint: http://localhost:8082/metrics\n    tags: [a]\n".repeat(3_000);
    const { issues } = await inTime(() => readConfig(`instances:\n${blocks}`, "conf.yaml"));
    assert.match(issues[0]?.message ?? "", /^Found 3000 instances; expected at most 1000/);
    await inTime(() => readConfig("]:\n".repeat(10_000), "conf.yaml"));
    await inTime(() => readConfig('"'.repeat(30_000), "conf.yaml"));
    await inTime(() => readConfig("a: 1\n".repeat(10_000), "conf.yaml"));
  });
});

describe("validation bounds", () => {
  it("a string of a million characters, in every option", async () => {
    const text = "x".repeat(1_000_000);
    for (const name of OPTION_NAMES) {
      const { ok, issues } = await validateInstance({ ...(ENDPOINTS.has(name) ? {} : ENDPOINT), [name]: text }, {});
      assert.equal(ok, false, name);
      assert.match(issues[0]?.message ?? "", /^Found a string of 1000000 characters; expected at most/);
    }
  });

  it("a document of 4 MB", async () => {
    const { ok, issues } = await readConfig("a: 1\n".repeat(800_000), "conf.yaml");
    assert.equal(ok, false);
    assert.match(issues[0]?.message ?? "", /^Found 4000000 characters; expected a configuration of at most 1048576/);
  });

  it("the regular expressions of an instance, whose names without special characters do not count", async () => {
    const validate = (metrics: readonly string[]) =>
      inTime(() => validateInstance({ ...ENDPOINT, extra_metrics: metrics }, {}));
    const many = await validate(times(45_000, (i) => `^m${i}_(a|b)+$`));
    assert.equal(many.ok, false);
    assert.match(
      many.issues[0]?.message ?? "",
      /^Found 45000 regular expressions of \d+ characters; expected at most 2000/,
    );
    const long = await validate(times(9, (i) => `${"(a|b)".repeat(2_000)}${i}`));
    assert.match(
      long.issues[0]?.message ?? "",
      /^Found 9 regular expressions of 90009 characters; expected at most 2000 of 65536/,
    );
    assert.equal((await validate(times(2_000, (i) => `^m${i}_(a|b)+$`))).ok, true);
    assert.equal((await validate(times(45_000, (i) => `metric_${i}`))).ok, true);
  });

  it("what aliases repeat: a list that stands in a file once, and in each instance", async () => {
    const instances = `  - openmetrics_endpoint: http://h\n    tags: *x\n`.repeat(90);
    const text = `x: &x [${"a,".repeat(20_000)}]\ninstances:\n${instances}`;
    const { ok, instances: read, issues } = await inTime(() => readConfig(text, "conf.yaml"));
    assert.equal(ok, false);
    assert.deepEqual(read.map(({ result }) => result.ok).slice(0, 6), [true, true, true, true, false, false]);
    assert.ok(issues.some(({ message }) => message.startsWith("Found more than 100000 values in the file")));
  });

  it("the issues that are listed, and says how many more there are", async () => {
    const tags = times(5_000, () => 1);
    const names = Object.fromEntries(times(3_000, (i) => [`unknown_${i}`, 1]));
    const { issues } = await validateInstance({ ...ENDPOINT, tags, ...names }, {}, "instances[2]");
    assert.equal(issues.length, 201);
    assert.equal(issues.filter(({ severity }) => severity === "warning").length, 100);
    assert.deepEqual(issues.at(-1), {
      path: "instances[2]",
      message: "Found 4900 more errors and 2900 more warnings, which are not listed; expected at most 100 of each.",
      severity: "error",
    });
  });

  it("the issues of a file with many instances that are wrong", async () => {
    const text = JSON.stringify({ instances: times(500, () => ({ ...ENDPOINT, tags: 1 })) });
    const { issues } = await readConfig(text, "conf.json");
    assert.equal(issues.length, 101);
    assert.match(issues.at(-1)?.message ?? "", /^Found 400 more errors and 0 more warnings/);
  });
});

describe("names and values that mean something elsewhere", () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    "valueOf",
    "",
    "\0",
    "a\nb",
    "\x1b[2J",
  ];
  for (const name of names) {
    it(`${JSON.stringify(name)} does no harm, wherever it stands`, async () => {
      for (const option of OPTION_NAMES) {
        const value: unknown = JSON.parse(`{${JSON.stringify(name)}: {${JSON.stringify(name)}: 1}}`);
        const instance = { ...(ENDPOINTS.has(option) ? {} : ENDPOINT), [option]: value };
        const { issues } = await validateInstance(instance, { [option]: value });
        // deno-lint-ignore no-control-regex
        for (const { path, message } of issues) assert.doesNotMatch(path + message, /[\0-\x1f]/);
      }
      const top: unknown = JSON.parse(`{${JSON.stringify(name)}: 1, "openmetrics_endpoint": ${JSON.stringify(name)}}`);
      const text = JSON.stringify({ instances: [top], [`x${name}`]: top, logs: [top], init_config: top });
      const { issues } = await readConfig(text, "conf.json");
      // deno-lint-ignore no-control-regex
      for (const { path, message } of issues) assert.doesNotMatch(path + message, /[\0-\x1f]/);
      assert.equal(({} as Record<string, unknown>)[name === "__proto__" ? "polluted" : "x"], undefined);
    });
  }

  it("YAML with these names is read like JSON with them", async () => {
    for (const name of ["__proto__", "constructor", "hasOwnProperty"]) {
      const { issues } = await readConfig(`openmetrics_endpoint: http://h/metrics\n${name}: {a: 1}\n`, "conf.yaml");
      assert.deepEqual(issues.map(({ path }) => path), [`instance.${name}`]);
    }
  });

  it("null bytes in a file are told", async () => {
    const { issues } = await readConfig("openmetrics_endpoint: http://h\0x\n", "conf.yaml");
    assert.deepEqual(issues.map(({ path, severity }) => [path, severity]), [[
      "instance.openmetrics_endpoint",
      "error",
    ]]);
  });
});
