/**
 * Measures all parsers in one go: every program reads every text in turn, several rounds, so that what else the machine
 * does falls on all alike. Prints a table with the medians, and ours as multiples of the others.
 *
 *     run.ts [--rounds N] [--repetitions N] [--shapes small,large,…] [--core N] [--python PYTHON] [--bun BUN] [--deno DENO]
 *
 * `--core` runs every program on that one processor core (Linux, `taskset`).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Flavour, generate } from "./generate.ts";
import { prepare, type Program, type Work, WORKS } from "./programs.ts";

/** What a program prints. */
interface Result {
  readonly bytes: number;
  readonly samples: number;
  /** Of each repetition; the first is that of a fresh process. */
  readonly seconds: readonly number[];
  readonly peak_rss_bytes: number;
}

/** The measurements of one program with one text. */
interface Series {
  readonly program: Program;
  readonly shape: string;
  readonly format: Flavour;
  readonly results: Result[];
}

const WHAT: Readonly<Record<Work, string>> = {
  parse: "labels located",
  blocks: "label blocks as strings",
  labels: "labels decoded",
};
const FORMATS: readonly Flavour[] = ["prometheus", "openmetrics"];

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    rounds: { type: "string", default: "5" },
    repetitions: { type: "string", default: "30" },
    shapes: { type: "string", default: "small,medium,large,histograms,series:1000,series:10000,series:100000" },
    core: { type: "string" },
    python: { type: "string" },
    bun: { type: "string", default: "bun" },
    deno: { type: "string", default: "deno" },
  },
});

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function measure({ command, isSlow }: Program, format: Flavour, file: string): Result {
  const repetitions = isSlow ? 2 : Number(options.repetitions);
  const words = [...command(format, file, repetitions)];
  if (options.core !== undefined) words.unshift("taskset", "-c", options.core);
  const [program = "", ...args] = words;
  const output = execFileSync(program, args, { encoding: "utf8", env: { ...env, GOMAXPROCS: "1" } });
  return JSON.parse(output) as Result;
}

/** Megabytes (10^6) a second: the median of all rounds. */
function throughput({ results }: Series, pick: (result: Result) => number): number {
  return median(results.map((result) => result.bytes / 1e6 / pick(result)));
}

const warm = ({ seconds }: Result) => median(seconds.slice(1));
const cold = ({ seconds }: Result) => seconds[0] ?? NaN;

function printTable(all: readonly Series[], shape: string, format: Flavour, work: Work): void {
  const rows = all.filter((each) => each.shape === shape && each.format === format && each.program.work === work);
  const [first] = rows;
  const result = first?.results[0];
  if (first === undefined || result === undefined) return;
  stdout.write(`\n${shape}, ${format}, ${WHAT[work]}: ${result.bytes} bytes, ${result.samples} samples\n`);
  stdout.write(`  ${"".padEnd(48)}${"MB/s".padStart(8)}${"first".padStart(8)}${"RSS MB".padStart(8)}  ours/this\n`);
  for (const row of rows) {
    const speed = throughput(row, warm);
    const rss = median(row.results.map((each) => each.peak_rss_bytes)) / 1e6;
    const numbers = [speed, throughput(row, cold), rss].map((each) => each.toFixed(each < 10 ? 1 : 0).padStart(8));
    const ratio = throughput(first, warm) / speed;
    stdout.write(`  ${row.program.name.padEnd(48)}${numbers.join("")}  ${row === first ? "" : ratio.toFixed(2)}\n`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "bench-parsers-"));
try {
  const python = options.python ?? env["REFERENCE_PYTHON"];
  const { programs, missing } = prepare(folder, { bun: options.bun, deno: options.deno, python });
  for (const [name, reason] of missing) stdout.write(`not measured: ${name}: ${reason}\n`);
  const shapes = options.shapes.split(",");
  const all: Series[] = [];
  const files = new Map<Series, string>();
  for (const shape of shapes) {
    for (const format of FORMATS) {
      const file = join(folder, `${shape.replace(":", "-")}.${format}`);
      writeFileSync(file, generate(shape, format));
      for (const program of programs.filter(({ formats }) => formats.includes(format))) {
        const series: Series = { program, shape, format, results: [] };
        all.push(series);
        files.set(series, file);
      }
    }
  }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const series of all) series.results.push(measure(series.program, series.format, files.get(series) ?? ""));
  }
  for (const shape of shapes) {
    for (const format of FORMATS) for (const work of WORKS) printTable(all, shape, format, work);
  }
} finally {
  rmSync(folder, { recursive: true });
}
