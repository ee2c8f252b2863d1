import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackground } from "./background.ts";
import { Connected } from "./connected.ts";
import { type Bench, BINARY, BUN } from "./context.ts";
import { generate } from "./generate.ts";
import { interleave } from "./rounds.ts";
import { runRequest, scrapeInstance } from "./scrape_subjects.ts";
import { median } from "./statistics.ts";
import { digits, type Section } from "./table.ts";
import { runWholeProcess } from "./whole_process.ts";

/** What both versions are asked, one after the other. */
interface Work {
  readonly name: string;
  /** A request line. */
  readonly request: string;
  /** How often a connected one is asked in each round; its processor time is told in hundredths of a second. */
  readonly times: number;
}

/** One round of one version. */
interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

const SHAPES = [
  { shape: "small", times: 200 },
  { shape: "medium", times: 20 },
  { shape: "large", times: 3 },
  { shape: "histograms", times: 3 },
] as const;
const FORMATS = ["prometheus", "openmetrics"] as const;
const MODELS = 1_000;
/** Copies of each executable: how a file lies in memory makes up to a tenth of a run. */
const COPIES = 6;
/** Rounds until all that runs often is compiled. */
const WARM_UP = 10;

/**
 * This executable beside another version of it, asked the same in turn: below 1, this one takes less. Also a busy machine
 * tells whether something has become slower, since both have the same share of it.
 *
 * @param other the executable of the other version; its file's name says which it is
 */
export async function measureVersions(bench: Bench, other: string): Promise<Section> {
  const texts = join(bench.folder, "versions");
  await mkdir(texts);
  const executables: Copies[] = [];
  for (let copy = 1; copy <= COPIES; copy++) {
    const ours = join(bench.folder, `this-version-${copy}`);
    const theirs = join(bench.folder, `other-version-${copy}`);
    await copyFile(BINARY, ours);
    await copyFile(other, theirs);
    executables.push([ours, theirs]);
  }
  for (const { shape } of SHAPES) {
    for (const format of FORMATS) await writeFile(join(texts, `${shape}.${format}`), generate(shape, format));
  }
  const script = fileURLToPath(new URL("server.ts", import.meta.url));
  const server = await startBackground([BUN, "run", script, texts], /^(\d+)\n/);
  const emulator = await startBackground(
    [BINARY, "emulate", "--port", "0", "--models", `${MODELS}`],
    /inference_api_url: (\S+)\n[^]*management_api_url: (\S+)\n/,
  );
  try {
    const [, inference = "", management = ""] = emulator.found;
    const scrapes = SHAPES.flatMap(({ shape, times }) =>
      FORMATS.map((format): Work => ({
        name: `scrape "${shape}", ${format}`,
        request: runRequest({
          ...scrapeInstance(`http://127.0.0.1:${server.found[1]}/${shape}.${format}`),
          use_latest_spec: format === "openmetrics",
        }),
        times,
      }))
    );
    const works: Work[] = [
      { name: "inference", request: runRequest({ inference_api_url: inference }), times: 200 },
      ...scrapes,
      {
        name: `crawl of ${MODELS} models`,
        request: runRequest({ management_api_url: management, limit: MODELS }),
        times: 4,
      },
    ];
    const rows: string[][] = [];
    for (const work of works) {
      bench.say(`versions: ${work.name}`);
      const oneShot: Pair[] = [];
      for (const copies of executables) oneShot.push(...await takePairs(8, 1, oneShots(bench, work, copies)));
      rows.push([`${work.name}, one-shot`, ...ratios(oneShot)]);
      const connected: Pair[] = [];
      for (const copies of bench.quick ? executables : [...executables, ...executables]) {
        const both = copies.map((executable) => new Connected([executable]));
        try {
          connected.push(...await takePairs(bench.quick ? 5 : 10, WARM_UP, both.map((one) => asks(one, work))));
        } finally {
          for (const one of both) await one.close();
        }
      }
      rows.push([`${work.name}, connected`, ...ratios(connected)]);
    }
    return {
      title: "Beside another version",
      tables: [{
        title: `This version, as a multiple of ${basename(other)}`,
        notes: [
          "Each figure is the median of the ratios of pairs measured one after the other, warm-up left out; peak memory " +
          "of connected ones is that at the end. Two processes of one version differ by a tenth, by what is compiled " +
          "when: connected ones are several of each. Both executables are copied several times: two copies of one file " +
          "differ by up to a tenth, since each lies differently in memory. Who is first alternates.",
        ],
        columns: ["", "time", "CPU", "peak memory"],
        rows,
      }],
      targets: [],
      missing: [],
    };
  } finally {
    await server.close();
    await emulator.close();
  }
}

/** A copy of this version's executable, and one of the other's. */
type Copies = readonly [ours: string, theirs: string];

type Take = () => Taken | Promise<Taken>;

function oneShots(bench: Bench, { request }: Work, executables: Copies): Take[] {
  const stdin = join(bench.folder, "versions.request.json");
  Deno.writeTextFileSync(stdin, `${request}\n`);
  return executables.map((binary) => () => runWholeProcess([binary], { stdin, stdout: join(bench.folder, "reply") }));
}

function asks(one: Connected, { request, times }: Work): Take {
  return async () => {
    const cpuBefore = one.cpuSeconds();
    let seconds = 0;
    for (let i = 0; i < times; i++) seconds += (await one.ask(request)).seconds;
    return { seconds, cpuSeconds: one.cpuSeconds() - cpuBefore, peakBytes: one.peakBytes() };
  };
}

/** What both took in one round. */
type Pair = readonly [ours: Taken, theirs: Taken];

async function takePairs(rounds: number, warmUp: number, [ours, theirs]: readonly Take[]): Promise<Pair[]> {
  const taken: Pair[] = [];
  if (ours === undefined || theirs === undefined) throw new Error("two versions to compare");
  await interleave(warmUp + rounds, [async () => {
    // Who comes second has what the first one left: processor caches, and servers that are still tidying up.
    const second = taken.length % 2 === 0 ? undefined : await theirs();
    taken.push([await ours(), second ?? await theirs()]);
  }]);
  return taken.slice(warmUp);
}

/** Time, processor time and memory of the first as multiples of the second's. */
function ratios(pairs: readonly Pair[]): string[] {
  const ratio = (of: (one: Taken) => number) => `${digits(median(pairs.map(([a, b]) => of(a) / of(b))))}×`;
  const total = (of: (one: Taken) => number) =>
    `${digits(pairs.reduce((sum, [a]) => sum + of(a), 0) / pairs.reduce((sum, [, b]) => sum + of(b), 0))}×`;
  return [ratio((one) => one.seconds), total((one) => one.cpuSeconds), ratio((one) => one.peakBytes)];
}
