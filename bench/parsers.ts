import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import * as v from "valibot";
import type { Bench } from "./context.ts";
import { type Flavour, generate } from "./generate.ts";
import { prepare, type Program, type Work, WORKS } from "./parsers/programs.ts";
import { interleave } from "./rounds.ts";
import { median } from "./statistics.ts";
import { digits, megabytes, ratioTarget, type Section, type Table, type Target, times } from "./table.ts";

const resultSchema = v.object({
  bytes: v.number(),
  samples: v.number(),
  /** Of each repetition; the first is that of a fresh process. */
  seconds: v.array(v.number()),
  peak_rss_bytes: v.number(),
});
type Result = v.InferOutput<typeof resultSchema>;

/** The measurements of one program with one text. */
interface Series {
  readonly program: Program;
  readonly shape: string;
  readonly format: Flavour;
  readonly file: string;
  readonly results: Result[];
}

const WHAT: Readonly<Record<Work, string>> = {
  parse: "labels located",
  blocks: "label blocks as strings",
  labels: "labels decoded",
};
const FORMATS: readonly Flavour[] = ["prometheus", "openmetrics"];
const SHAPES = ["small", "medium", "large", "histograms"];
const GROWTH = ["series:1000", "series:10000", "series:100000"];
/** How many times Go's speed the project wants. */
const WANTED = 1.2;

/** All parsers: every program reads every text in turn, each time in a fresh process. */
export async function measureParsers(bench: Bench): Promise<Section> {
  bench.say("parsers: making them ready");
  const { programs, missing } = await prepare();
  const all: Series[] = [];
  for (const shape of [...SHAPES, ...GROWTH]) {
    for (const format of FORMATS) {
      const file = join(bench.folder, `${shape.replace(":", "-")}.${format}`);
      writeFileSync(file, generate(shape, format));
      const fitting = programs.filter(({ formats, work }) => {
        return formats.includes(format) && (SHAPES.includes(shape) || (work === "parse" && format === "prometheus"));
      });
      for (const program of fitting) all.push({ program, shape, format, file, results: [] });
    }
  }
  const pin = pinning();
  // What the targets are about is measured in several processes, each until its code is compiled, also in a quick run.
  const isLong = ({ program }: Series) => !bench.quick || program.work === "parse";
  const parts = [
    { series: all.filter(isLong), rounds: bench.quick ? 3 : 5, bytes: 3e8 },
    { series: all.filter((series) => !isLong(series)), rounds: 1, bytes: 1e8 },
  ];
  const measurements = parts.reduce((sum, { series, rounds }) => sum + rounds * series.length, 0);
  let done = 0;
  for (const { series, rounds, bytes } of parts) {
    await interleave(
      rounds,
      series.map((each) => () => {
        bench.say(`parsers: ${++done}/${measurements}`);
        each.results.push(measure(each, pin, bytes));
      }),
    );
  }
  const tables = SHAPES.flatMap((shape) => FORMATS.map((format) => table(all, shape, format)));
  return {
    title: "Parsers",
    notes: [
      `Each program parses a text that it has in memory again and again${pin.length > 0 ? ", on one core" : ""}, in ` +
      'fresh processes: MB/s is the median of all repetitions but the first of a process, over all rounds. "labels ' +
      'located": every sample\'s value is read and its labels are checked and found, but not made into strings; "blocks": ' +
      'the text between the braces is; "decoded": names and values are. Go runs with GOMAXPROCS=1. Ours is strict.',
    ],
    tables: [...tables, growth(all)],
    targets: targets(all),
    missing,
  };
}

/** Everything runs on one core, where that can be asked for (Linux). */
function pinning(): readonly string[] {
  const pin = ["taskset", "-c", `${cpus().length - 1}`];
  try {
    execFileSync("taskset", ["-c", `${cpus().length - 1}`, "true"], { stdio: "ignore" });
    return pin;
  } catch {
    return [];
  }
}

/** @param bytes how much to read in all, in as many repetitions as that takes */
function measure({ program, format, file }: Series, pin: readonly string[], bytes: number): Result {
  const { size } = statSync(file);
  const [least, most] = program.isSlow ? [2, 200] : [10, 5000];
  const repetitions = Math.min(most, Math.max(least, Math.round((program.isSlow ? bytes / 50 : bytes) / size)));
  const [command = "", ...args] = [...pin, ...program.command(format, file, repetitions)];
  const output = execFileSync(command, args, { encoding: "utf8", env: { ...env, GOMAXPROCS: "1" } });
  return v.parse(resultSchema, JSON.parse(output));
}

/** Megabytes (10^6 bytes) a second: the median of all rounds. */
function speed({ results }: Series, pick: (result: Result) => number): number {
  return median(results.map((result) => result.bytes / 1e6 / pick(result)));
}

const warm = ({ seconds }: Result) => median(seconds.slice(1));
const cold = ({ seconds }: Result) => seconds[0] ?? NaN;

function table(all: readonly Series[], shape: string, format: Flavour): Table {
  const series = all.filter((each) => each.shape === shape && each.format === format);
  const [result] = series[0]?.results ?? [];
  const rows = WORKS.flatMap((work) => {
    const same = series.filter(({ program }) => program.work === work);
    const [ours] = same;
    return ours === undefined ? [] : same.map((each) => row(ours, each));
  });
  return {
    title: `${shape}, ${format}: ${result?.bytes ?? 0} bytes, ${result?.samples ?? 0} samples`,
    columns: ["parser", "MB/s", "MB/s, first in a process", "peak MB", "ours/this"],
    rows,
  };
}

function row(ours: Series, each: Series): readonly string[] {
  return [
    `${each.program.name}, ${WHAT[each.program.work]}`,
    digits(speed(each, warm)),
    digits(speed(each, cold)),
    megabytes(median(each.results.map(({ peak_rss_bytes }) => peak_rss_bytes))),
    each === ours ? "" : times(speed(ours, warm), speed(each, warm)),
  ];
}

function growth(all: readonly Series[]): Table {
  const series = all.filter(({ shape }) => GROWTH.includes(shape));
  return {
    title: "Growth, prometheus, labels located",
    columns: ["parser", "samples", "MB/s", "ns a sample"],
    rows: series.map((each) => {
      const { bytes = NaN, samples = NaN } = each.results[0] ?? {};
      const perSample = bytes / 1e6 / speed(each, warm) / samples * 1e9;
      return [each.program.name, `${samples}`, digits(speed(each, warm)), digits(perSample)];
    }),
  };
}

function targets(all: readonly Series[]): Target[] {
  return ["large", "histograms"].flatMap((shape) =>
    FORMATS.flatMap((format) => {
      const series = all.filter((each) => {
        return each.shape === shape && each.format === format && each.program.work === "parse";
      });
      const ours = series.find(({ program }) => program.name === "ours (Bun)");
      const theirs = series.find(({ program }) => program.name === "Go textparse");
      if (ours === undefined || theirs === undefined) return [];
      const text = shape === "large" ? "6.7 MB" : shape;
      const what = `parser, ${text} of ${format}, one core: speed as a multiple of Go textparse`;
      return [ratioTarget(what, speed(ours, warm), speed(theirs, warm), WANTED)];
    })
  );
}
