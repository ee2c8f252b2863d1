import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { AgentClient } from "../test/peers/agent/client.ts";
import { startBackground } from "./background.ts";
import { Connected } from "./connected.ts";
import { type Bench, BINARY, orMissing } from "./context.ts";
import { interleave } from "./rounds.ts";
import { runRequest } from "./scrape_subjects.ts";
import { median } from "./statistics.ts";
import { megabytes, milliseconds, ratioTarget, type Section, type Table, type Target, times } from "./table.ts";
import { runWholeProcess } from "./whole_process.ts";

const MODELS = 1000;
/** What a crawl may take, in seconds. */
const WANTED_SECONDS = 0.1;

const replySchema = v.object({
  result: v.object({
    status: v.literal("ok"),
    metrics: v.array(v.object({ name: v.string() })),
    stats: v.object({ duration_ms: v.number(), requests: v.number() }),
  }),
});

/** How late a server answers that takes its time, in milliseconds. */
const DELAY_MS = 5;
/** How much longer the Agent's crawl may be expected to take there. */
const WANTED_RATIO = 15;

/** What crawls of one server took, in seconds; peak memory in bytes. */
interface Crawls {
  readonly connected: { readonly duration: number[]; readonly reply: number[]; peak: number };
  readonly oneShot: { readonly duration: number[]; readonly whole: number[]; readonly peak: number[] };
  readonly theirs: number[];
}

/** The crawl of many models on the embedded TorchServe, which is another process: ours, and one by one in Python. */
export async function measureCrawl(bench: Bench): Promise<Section> {
  const missing = new Set<string>();
  const atOnce = await crawl(bench, 0, missing);
  const late = await crawl(bench, DELAY_MS, missing);
  return {
    title: "Management crawl",
    tables: [
      table(`${MODELS} models, the embedded TorchServe in another process`, atOnce, [
        "One by one: what the Agent's HTTP client needs for the same requests, one after the other. The embedded " +
        "TorchServe answers at once and shares the machine's cores with whoever asks: a real one takes longer to answer.",
      ]),
      table(`${MODELS} models, each answer ${DELAY_MS} ms late`, late, []),
    ],
    targets: [
      target("connected", atOnce.connected.duration),
      target("one-shot", atOnce.oneShot.duration),
      ...late.theirs.length === 0 ? [] : [
        lateTarget("connected", late.theirs, late.connected.reply),
        lateTarget("one-shot", late.theirs, late.oneShot.whole),
      ],
    ],
    missing: [...missing],
  };
}

async function crawl(bench: Bench, delayMs: number, missing: Set<string>): Promise<Crawls> {
  const emulator = await startBackground(
    [BINARY, "emulate", "--port", "0", "--models", `${MODELS}`, ...delayMs === 0 ? [] : ["--delay", `${delayMs}`]],
    /management_api_url: (\S+)\n/,
  );
  const instance = { management_api_url: emulator.found[1], limit: MODELS };
  const reasons: string[] = [];
  const agent = await orMissing("one by one on the Agent's runtime", reasons, () => startAgent(instance));
  for (const reason of reasons) missing.add(reason);
  const connected = new Connected([BINARY]);
  try {
    const request = runRequest(instance);
    const files = { stdin: join(bench.folder, "crawl.request.json"), stdout: join(bench.folder, "crawl.reply.json") };
    await writeFile(files.stdin, `${request}\n`);
    const crawls: Crawls = {
      connected: { duration: [], reply: [], peak: 0 },
      oneShot: { duration: [], whole: [], peak: [] },
      theirs: [],
    };
    for (let i = 0; i < 10; i++) await connected.ask(request);
    await interleave(bench.quick ? 3 : 11, [
      ...Array.from({ length: 3 }, () => async () => {
        const reply = await connected.ask(request);
        crawls.connected.reply.push(reply.seconds);
        crawls.connected.duration.push(durationOf(reply.text()));
      }),
      async () => {
        const run = runWholeProcess([BINARY], files);
        crawls.oneShot.whole.push(run.seconds);
        crawls.oneShot.peak.push(run.peakBytes);
        crawls.oneShot.duration.push(durationOf(await Deno.readTextFile(files.stdout)));
      },
      async () => {
        if (agent !== undefined) crawls.theirs.push(await timeAgent(agent));
      },
    ]);
    crawls.connected.peak = connected.peakBytes();
    return crawls;
  } finally {
    await connected.close();
    await agent?.close();
    await emulator.close();
  }
}

/** The duration that a reply tells, in seconds. */
function durationOf(reply: string): number {
  const { result } = v.parse(replySchema, JSON.parse(reply));
  const models = result.metrics.filter(({ name }) => name === "torchserve.management_api.model.versions").length;
  if (models !== MODELS) throw new Error(`the crawl found ${models} of ${MODELS} models`);
  return result.stats.duration_ms / 1000;
}

function table(title: string, { connected, oneShot, theirs }: Crawls, notes: readonly string[]): Table {
  const inAll = (seconds: readonly number[]) => times(median(theirs), median(seconds));
  return {
    title,
    notes,
    columns: ["", "duration_ms of the report", "request to reply, or whole process, ms", "one by one/this", "peak MB"],
    rows: [
      [
        "ours, connected",
        milliseconds(median(connected.duration)),
        milliseconds(median(connected.reply)),
        inAll(connected.reply),
        megabytes(connected.peak),
      ],
      [
        "ours, one-shot",
        milliseconds(median(oneShot.duration)),
        milliseconds(median(oneShot.whole)),
        inAll(oneShot.whole),
        megabytes(median(oneShot.peak)),
      ],
      ["one by one on the Agent's runtime", "–", milliseconds(median(theirs)), "", "–"],
    ],
  };
}

function lateTarget(how: string, theirs: readonly number[], ours: readonly number[]): Target {
  return ratioTarget(
    `crawl of ${MODELS} models, each answer ${DELAY_MS} ms late, ${how}: one by one on the Agent's runtime takes`,
    median(theirs),
    median(ours),
    WANTED_RATIO,
  );
}

function target(how: string, seconds: readonly number[]): Target {
  return {
    what: `crawl of ${MODELS} models, ${how}: duration_ms`,
    wanted: `< ${WANTED_SECONDS * 1000}`,
    measured: milliseconds(median(seconds)),
    isMet: median(seconds) < WANTED_SECONDS,
  };
}

async function startAgent(instance: Readonly<Record<string, unknown>>): Promise<AgentClient> {
  const agent = await AgentClient.start();
  await agent.create("crawl", { kind: "management", instance });
  await timeAgent(agent);
  return agent;
}

async function timeAgent(agent: AgentClient): Promise<number> {
  const start = performance.now();
  const { error } = await agent.run("crawl");
  if (error !== null) throw new Error(`the Agent's crawl: ${error}`);
  return (performance.now() - start) / 1000;
}
