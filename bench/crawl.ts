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
import { megabytes, milliseconds, type Section, type Target, times } from "./table.ts";
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

/** The crawl of many models on the embedded TorchServe, which is another process: ours, and one by one in Python. */
export async function measureCrawl(bench: Bench): Promise<Section> {
  const emulator = await startBackground(
    [BINARY, "emulate", "--port", "0", "--models", `${MODELS}`],
    /management_api_url: (\S+)\n/,
  );
  const instance = { management_api_url: emulator.found[1], limit: MODELS };
  const missing: string[] = [];
  const agent = await orMissing("one by one on the Agent's runtime", missing, () => startAgent(instance));
  const connected = new Connected([BINARY]);
  try {
    const request = runRequest(instance);
    const files = { stdin: join(bench.folder, "crawl.request.json"), stdout: join(bench.folder, "crawl.reply.json") };
    await writeFile(files.stdin, `${request}\n`);
    const duration = (text: string) => {
      const { result } = v.parse(replySchema, JSON.parse(text));
      const models = result.metrics.filter(({ name }) => name === "torchserve.management_api.model.versions").length;
      if (models !== MODELS) throw new Error(`the crawl found ${models} of ${MODELS} models`);
      return result.stats.duration_ms / 1000;
    };
    const ours = { duration: [] as number[], reply: [] as number[], requests: 0 };
    const shot = { duration: [] as number[], whole: [] as number[], peak: [] as number[] };
    const theirs: number[] = [];
    for (let i = 0; i < 10; i++) await connected.ask(request);
    await interleave(bench.quick ? 3 : 11, [
      ...Array.from({ length: 3 }, () => async () => {
        const reply = await connected.ask(request);
        ours.reply.push(reply.seconds);
        ours.duration.push(duration(reply.text()));
      }),
      async () => {
        const run = runWholeProcess([BINARY], files);
        shot.whole.push(run.seconds);
        shot.peak.push(run.peakBytes);
        shot.duration.push(duration(await Deno.readTextFile(files.stdout)));
      },
      async () => {
        if (agent !== undefined) theirs.push(await timeAgent(agent));
      },
    ]);
    const inAll = (seconds: readonly number[]) => times(median(theirs), median(seconds));
    return {
      title: "Management crawl",
      tables: [{
        title: `${MODELS} models, the embedded TorchServe in another process`,
        notes: [
          "One by one: what the Agent's HTTP client needs for the same requests, one after the other. The embedded " +
          "TorchServe answers at once and shares the machine's cores with whoever asks: a real one takes longer to answer.",
        ],
        columns: [
          "",
          "duration_ms of the report",
          "request to reply, or whole process, ms",
          "one by one/this",
          "peak MB",
        ],
        rows: [
          [
            "ours, connected",
            milliseconds(median(ours.duration)),
            milliseconds(median(ours.reply)),
            inAll(ours.reply),
            megabytes(connected.peakBytes()),
          ],
          [
            "ours, one-shot",
            milliseconds(median(shot.duration)),
            milliseconds(median(shot.whole)),
            inAll(shot.whole),
            megabytes(median(shot.peak)),
          ],
          ["one by one on the Agent's runtime", "–", milliseconds(median(theirs)), "", "–"],
        ],
      }],
      targets: [target("connected", ours.duration), target("one-shot", shot.duration)],
      missing,
    };
  } finally {
    await connected.close();
    await agent?.close();
    await emulator.close();
  }
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
