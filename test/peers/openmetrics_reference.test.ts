import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type MetricFamily, parse, type TextFormat } from "../../plugin/openmetrics/mod.ts";
import { prepareAgent } from "./agent/prepare.ts";

const shared = new URL("../../../shared/", import.meta.url);
const suite = new URL("conformance/openmetrics-1.0/", shared);
const scrape = new URL("fixtures/torchserve-0.12.0/openmetrics/metrics.txt", shared);
const skip = existsSync(shared) ? false : "../shared is absent";
/** A Python that has datadog-checks-base, to compare with. */
let python = "";

/** Documents that the standard's own suite says are right. */
function validCases(): string[] {
  return readdirSync(suite, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name }) => {
    const { file, shouldParse } = JSON.parse(readFileSync(new URL(`${name}/test.json`, suite), "utf8"));
    return shouldParse ? [readFileSync(new URL(`${name}/${file}`, suite), "utf8")] : [];
  });
}

/** What the reference says of a family: name, type, help, unit and samples; numbers as Python's `repr`. */
type ReferenceSample = [name: string, labels: [string, string][], value: string, timestamp: string | null];
type ReferenceFamily = [name: string, type: string, help: string, unit: string, samples: ReferenceSample[]];

async function readWithReference(
  format: TextFormat,
  texts: string[],
): Promise<{ families: ReferenceFamily[]; error: string | null }[]> {
  const program = fileURLToPath(new URL("openmetrics_reference.py", import.meta.url));
  const child = spawn(python, [program, format], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
  child.stdin.end(texts.map((text) => JSON.stringify(text) + "\n").join(""));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 0);
  return output.trimEnd().split("\n").map((line) => JSON.parse(line));
}

function toNumber(text: string): number {
  return Number(text.replace("inf", "Infinity").replace("nan", "NaN"));
}

/** To the nanosecond, as the reference cuts timestamps there. */
function toTime(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.floor(seconds * 1e6) / 1e6;
}

function outline(family: MetricFamily): unknown {
  const samples = Array.from({ length: family.length }, (_, i) => {
    return [family.sampleName(i), family.labels(i), family.value(i), toTime(family.timestamp(i))];
  });
  return [family.name, family.type, family.help, family.unit, samples];
}

function outlineOfReference([name, type, help, unit, samples]: ReferenceFamily): unknown {
  return [
    name,
    type,
    help,
    unit,
    samples.map(([sampleName, labels, value, timestamp]) => {
      const seconds = timestamp === null ? undefined : toNumber(timestamp);
      return [sampleName, labels.flat(), toNumber(value), toTime(seconds)];
    }),
  ];
}

/**
 * Whether our reading differs on purpose: a family's lines in several places are one family, and so are a counter and its samples with
 * `_total` (docs/decisions/0031, 0034).
 */
function isRegrouped(families: readonly ReferenceFamily[]): boolean {
  const names = families.map(([name]) => name);
  const bases = names.map((name) => name.replace(/_(total|sum|count|bucket)$/, ""));
  return new Set(names).size < names.length || new Set(bases).size < bases.length;
}

/** Whether the reference took something for a name that is none. */
function hasOddNames(families: readonly ReferenceFamily[]): boolean {
  const isOdd = (name: string) => !/^[a-zA-Z_:][\w:]*$/.test(name);
  return families.some(([name, , , , samples]) =>
    isOdd(name) || samples.some(([sample, labels]) => isOdd(sample) || labels.some(([label]) => isOdd(label)))
  );
}

/**
 * Compares the families. Where the reference fails, ours must tell a problem. Where only ours tells one, the reference has taken for a name, a
 * label or a value what is none (docs/decisions/0030).
 *
 * @returns how many texts both read
 */
async function compareWithReference(format: TextFormat, texts: string[]): Promise<number> {
  let compared = 0;
  for (const [index, { families, error }] of (await readWithReference(format, texts)).entries()) {
    const text = texts[index] ?? "";
    const ours: unknown[] = [];
    const { problems } = parse(text, { format }, (family) => void ours.push(outline(family)));
    if (error !== null) {
      assert.notEqual(problems, 0, `the reference rejects ${JSON.stringify(text)}: ${error}`);
    } else if (problems === 0 && !isRegrouped(families) && (format === "openmetrics" || !hasOddNames(families))) {
      assert.deepEqual(ours, families.map(outlineOfReference), JSON.stringify(text));
      compared++;
    }
  }
  return compared;
}

/** Words and half-words of Prometheus' text format put together at random, from a seed. */
function oddTexts(count: number): string[] {
  let seed = 1;
  const pick = (words: string[]): string => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return words[Math.floor(seed / 2 ** 32 * words.length)] ?? "";
  };
  const names = ["a", "b", "a_total", "a_count", "a_bucket", "é", ""];
  const blanks = [" ", " ", " ", "  ", "\t", " \t", ""];
  const label = () => {
    const value = pick(["x", "", "}", "{", " # ", "\\\\", '\\"', "\\n", "\\z", "a,b", "a=b", "ü✓", 'q" ', "\\"]);
    return pick(["le", "x", " x", "x ", "", "é"]) + pick(["=", "=", "= ", "", "=="]) + '"' + value +
      pick(['"', '"', ""]);
  };
  const labels = () =>
    pick(["{", "{", " {"]) + label() + pick([",", ", ", " ,", ""]) + label() + pick(["}", ",}", " }", ""]);
  const value = () => pick(["1", "2.5", "1e3", "+Inf", "NaN", "0x1", "1_0", "5.", "abc", ""]);
  const line = () => {
    const blank = pick(blanks);
    const type = pick(["counter", "gauge", "histogram", "summary", "untyped", "foo", ""]);
    return pick([
      `#${blank}TYPE ${pick(names)}${pick(blanks)}${type}`,
      `# HELP ${pick([...names, '"a"'])}${blank}${pick(["help", "a\\nb", 'x \\\\ "q"', ""])}`,
      `${pick(names)}${labels()}${blank}${value()}`,
      `${pick(names)}${blank}${value()}${pick(["", " 1000", " 1 2", " x", '# {a="b"} 1'])}${pick(["", "\r", " "])}`,
      pick(["", "# comment", "# EOF", "#"]),
    ]);
  };
  return Array.from({ length: count }, () => Array.from({ length: 4 }, line).join("\n"));
}

describe("the Agent's parser reads the same", () => {
  before(async () => {
    python = await prepareAgent();
  });

  it("in the valid cases of the suite", { skip }, async () => {
    const cases = validCases();
    assert.equal(await compareWithReference("openmetrics", cases), cases.length);
  });
  it("in a scrape of TorchServe", { skip }, async () => {
    assert.equal(await compareWithReference("prometheus", [readFileSync(scrape, "utf8")]), 1);
  });
  it("in odd texts that both can read", async () => {
    const count = await compareWithReference("prometheus", oddTexts(20_000));
    assert.ok(count > 500, `${count} texts compared`);
  });
});
