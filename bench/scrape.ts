import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackground } from "./background.ts";
import { type Bench, BUN, orMissing } from "./context.ts";
import { generate } from "./generate.ts";
import { growthTable } from "./growth.ts";
import { prepareAgent } from "../test/peers/agent/prepare.ts";
import { prepareTelegraf, SCRAPING, TELEGRAF_VERSION } from "../test/peers/telegraf.ts";
import { interleave, repeated } from "./rounds.ts";
import {
  agentCheck,
  agentOneShot,
  oursAsSeries,
  oursConnected,
  oursOneShot,
  readReply,
  type Subject,
  telegrafOnce,
} from "./scrape_subjects.ts";
import { smallScrapes } from "./small_scrapes.ts";
import { median } from "./statistics.ts";
import { megabytes, milliseconds, ratioTarget, type Section, type Table, type Target, times } from "./table.ts";

const SHAPES = ["small", "medium", "large", "histograms"] as const;
const GROWTH = ["series:1000", "series:10000", "series:100000"] as const;
type Shape = (typeof SHAPES)[number];

/** What was measured with one text. */
interface Scraped {
  readonly shape: Shape;
  readonly bytes: number;
  readonly samples: number;
  readonly submitted: number;
  readonly agentSubmitted: number;
  readonly connected: Subject;
  /** Connected, with reports as series. */
  readonly series: Subject;
  readonly oneShot: Subject;
  readonly agent: Subject | undefined;
  /** Its submissions only counted. */
  readonly dropping: Subject | undefined;
  readonly telegraf: Subject | undefined;
  /** The Agent's check in a process for each scrape. */
  readonly agentProcess: Subject | undefined;
}

/** Whole scrapes: ours, the Agent's base check, Telegraf; all are served the same bytes by one process. */
export async function measureScrapes(bench: Bench): Promise<Section> {
  const missing: string[] = [];
  const hasAgent = await orMissing("Agent's base check", missing, prepareAgent) !== undefined;
  const telegraf = await orMissing(`Telegraf ${TELEGRAF_VERSION}`, missing, () => prepareTelegraf(SCRAPING));
  const texts = join(bench.folder, "texts");
  await mkdir(texts);
  const sizes = new Map<string, number>();
  for (const shape of [...SHAPES, ...GROWTH]) {
    const text = generate(shape, "prometheus");
    sizes.set(shape, text.length);
    await writeFile(join(texts, fileName(shape)), text);
  }
  const script = fileURLToPath(new URL("server.ts", import.meta.url));
  const server = await startBackground([BUN, "run", script, texts], /^(\d+)\n/);
  const url = (shape: string) => `http://127.0.0.1:${server.found[1]}/${fileName(shape)}`;
  try {
    const scraped: Scraped[] = [];
    for (const shape of SHAPES) {
      bench.say(`scrape: ${shape}`);
      scraped.push(await measure(bench, shape, url(shape), sizes.get(shape) ?? 0, hasAgent, telegraf));
    }
    bench.say("scrape: many small ones");
    const small = await smallScrapes(bench, url("small"), hasAgent);
    bench.say("scrape: growth");
    const growth = await growthTable(bench, GROWTH, url);
    return {
      title: "Whole scrape",
      tables: [...tables(scraped), small.table, growth.table],
      targets: [...targets(scraped), small.target, ...growth.targets],
      missing,
    };
  } finally {
    await server.close();
  }
}

const fileName = (shape: string) => shape.replace(":", "-");

async function measure(
  bench: Bench,
  shape: Shape,
  url: string,
  bytes: number,
  hasAgent: boolean,
  telegraf: string | undefined,
): Promise<Scraped> {
  const connected = oursConnected(url);
  const series = await oursAsSeries(url);
  const oneShot = await oursOneShot(bench, url);
  const agent = hasAgent ? await agentCheck(url) : undefined;
  const telegrafSubject = telegraf === undefined ? undefined : await telegrafOnce(bench, telegraf, url);
  const agentProcess = hasAgent ? await agentOneShot(bench, url) : undefined;
  const subjects = [connected, series, oneShot, agent, telegrafSubject, agentProcess].filter((subject) =>
    subject !== undefined
  );
  try {
    const { submitted, samples } = readReply(await connected.ask());
    const isLong = bytes > 1e6;
    await interleave(isLong ? 10 : 200, [connected.run, series.run]);
    await interleave(isLong ? 1 : 20, agent === undefined ? [] : [agent.run, agent.dropping.run]);
    await interleave(1, subjects.map(({ run }) => run));
    for (const subject of [...subjects, ...agent === undefined ? [] : [agent.dropping]]) subject.seconds.length = 0;
    const rounds = bench.quick ? 3 : 11;
    await interleave(rounds, [
      ...repeated(isLong ? 3 : 10, connected.run),
      ...repeated(isLong ? 3 : 10, series.run),
      ...agent === undefined ? [] : repeated(isLong ? 1 : 10, agent.dropping.run),
      ...agent === undefined ? [] : repeated(isLong ? 1 : 10, agent.run),
      ...repeated(isLong ? 2 : 10, oneShot.run),
      ...telegrafSubject === undefined ? [] : repeated(isLong ? 2 : 10, telegrafSubject.run),
      ...agentProcess === undefined ? [] : repeated(isLong ? 1 : 3, agentProcess.run),
    ]);
    return {
      shape,
      bytes,
      samples,
      submitted,
      agentSubmitted: agent?.submitted() ?? NaN,
      connected: ended(connected),
      series: ended(series),
      oneShot: ended(oneShot),
      agent: agent && ended(agent),
      dropping: agent?.dropping,
      telegraf: telegrafSubject && ended(telegrafSubject),
      agentProcess: agentProcess && ended(agentProcess),
    };
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

/** With its peaks as they are now: later the process is gone. */
function ended(subject: Subject): Subject {
  const peaks = [...subject.peakBytes()];
  return { ...subject, peakBytes: () => peaks };
}

const seconds = (subject: Subject | undefined) => median(subject?.seconds ?? []);
const peak = (subject: Subject | undefined) => median(subject?.peakBytes() ?? []);

function tables(all: readonly Scraped[]): Table[] {
  return [
    {
      title: "What is scraped and submitted",
      notes: ["Telegraf stores all samples as well, some of them together in one line."],
      columns: ["text", "bytes", "samples", "submitted by ours", "by the Agent's check"],
      rows: all.map((one) => [
        one.shape,
        ...[one.bytes, one.samples, one.submitted, one.agentSubmitted].map((number) => `${number}`),
      ]),
    },
    {
      title: "A process that stays",
      notes: [
        "Ours: from writing the request to the last byte of the reply, through pipes. The Agent's: what its check's " +
        "run() takes, with all submissions collected by the package's own collector in Python, as ours are in the reply; " +
        "and with submissions only counted " +
        "(less than any aggregator does). As series: with values of a table that the host holds. Medians after warm-up; " +
        "peak memory of the process after all runs.",
      ],
      columns: [
        "text",
        "ours ms",
        "as series ms",
        "Agent's ms",
        "Agent/ours",
        "counted ms",
        "counted/ours",
        "ours MB",
        "as series MB",
        "Agent's MB",
      ],
      rows: all.map(({ shape, connected, series, agent, dropping }) => [
        shape,
        milliseconds(seconds(connected)),
        milliseconds(seconds(series)),
        milliseconds(seconds(agent)),
        times(seconds(agent), seconds(connected)),
        milliseconds(seconds(dropping)),
        times(seconds(dropping), seconds(connected)),
        megabytes(peak(connected)),
        megabytes(peak(series)),
        megabytes(peak(agent)),
      ]),
    },
    {
      title: "A process for each scrape",
      notes: [
        "From the start of the process to its end, output to a file; medians of time and of peak resident memory. The " +
        "Agent's check: Python, its package without the rest of the Agent, one run.",
      ],
      columns: [
        "text",
        "ours ms",
        "Telegraf ms",
        "Telegraf/ours",
        "Agent's ms",
        "Agent/ours",
        "ours MB",
        "Telegraf MB",
        "Agent's MB",
      ],
      rows: all.map(({ shape, oneShot, telegraf, agentProcess }) => [
        shape,
        milliseconds(seconds(oneShot)),
        milliseconds(seconds(telegraf)),
        times(seconds(telegraf), seconds(oneShot)),
        milliseconds(seconds(agentProcess)),
        times(seconds(agentProcess), seconds(oneShot)),
        megabytes(peak(oneShot)),
        megabytes(peak(telegraf)),
        megabytes(peak(agentProcess)),
      ]),
    },
  ];
}

/** Nothing where the peer was not measured. */
function peerTarget(what: string, peer: Subject | undefined, ours: Subject, wanted: number): Target[] {
  return peer === undefined ? [] : [ratioTarget(what, seconds(peer), seconds(ours), wanted)];
}

function memoryTarget(what: string, ours: Subject, bytes: number, wanted: string): Target {
  return { what, wanted, measured: `${megabytes(peak(ours))} MB`, isMet: peak(ours) <= bytes };
}

function targets(all: readonly Scraped[]): Target[] {
  const small = all.find(({ shape }) => shape === "small");
  const large = all.find(({ shape }) => shape === "large");
  if (small === undefined || large === undefined) return [];
  const { connected, series, oneShot, agent, telegraf } = large;
  return [
    ...peerTarget("47 lines, one-shot: Telegraf --once takes", small.telegraf, small.oneShot, 1.8),
    ...peerTarget("47 lines, one-shot: a process with the Agent's check takes", small.agentProcess, small.oneShot, 20),
    ...peerTarget("6.7 MB, connected: the Agent's check, submissions collected, takes", agent, connected, 15),
    ...peerTarget("6.7 MB, one-shot: Telegraf --once takes", telegraf, oneShot, 2.5),
    ...telegraf === undefined ? [] : [
      memoryTarget(
        "6.7 MB, one-shot: peak memory",
        oneShot,
        peak(telegraf),
        `≤ Telegraf's ${megabytes(peak(telegraf))} MB`,
      ),
    ],
    memoryTarget("6.7 MB, connected, as series: peak memory", series, 150e6, "≤ 150 MB"),
  ];
}
