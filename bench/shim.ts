import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBackground } from "./background.ts";
import { type Bench, BUN, orMissing } from "./context.ts";
import { generate } from "./generate.ts";
import { type Kind, ShimProcess } from "./peers/shim.ts";
import { interleave } from "./rounds.ts";
import { scrapeInstance } from "./scrape_subjects.ts";
import { median } from "./statistics.ts";
import { digits, megabytes, milliseconds, type Section, times } from "./table.ts";
import { prepareAgent } from "../test/peers/agent/prepare.ts";

const KINDS = ["native", "shim"] as const;
const TITLE = "In the Agent's Python process";

/** The shim beside the Agent's own base check: in one process for the time, each in its own for the memory. */
export async function measureShim(bench: Bench): Promise<Section> {
  const missing: string[] = [];
  if (await orMissing("Agent's base check", missing, prepareAgent) === undefined) {
    return { title: TITLE, tables: [], targets: [], missing };
  }
  const texts = join(bench.folder, "shim");
  await mkdir(texts);
  await writeFile(join(texts, "large"), generate("large", "prometheus"));
  const script = fileURLToPath(new URL("server.ts", import.meta.url));
  const server = await startBackground([BUN, "run", script, texts], /^(\d+)\n/);
  try {
    return { missing, ...await measure(bench, scrapeInstance(`http://127.0.0.1:${server.found[1]}/large`)) };
  } finally {
    await server.close();
  }
}

async function measure(bench: Bench, instance: Readonly<Record<string, unknown>>): Promise<Omit<Section, "missing">> {
  const rounds = bench.quick ? 3 : 11;
  const wall: Record<Kind, number[]> = { native: [], shim: [] };
  const cpu: Record<Kind, number[]> = { native: [], shim: [] };
  const submitted: Record<Kind, number> = { native: NaN, shim: NaN };
  bench.say("shim: time");
  const both = await ShimProcess.start(instance);
  const run = (kind: Kind) => async () => {
    const result = await both.run(kind);
    wall[kind].push(result.seconds);
    cpu[kind].push(result.cpu_seconds);
    submitted[kind] = result.submitted;
  };
  try {
    await interleave(2, [...Array.from({ length: 5 }, () => run("shim")), run("native")]);
    for (const kind of KINDS) wall[kind].length = cpu[kind].length = 0;
    await interleave(rounds, [run("shim"), run("shim"), run("native")]);
  } finally {
    await both.close();
  }
  const peak: Record<Kind, number> = { native: NaN, shim: NaN };
  for (const kind of KINDS) {
    bench.say(`shim: memory, ${kind}`);
    const alone = await ShimProcess.start(instance);
    try {
      await interleave(rounds, [async () => void await alone.run(kind)]);
      peak[kind] = alone.peakBytes();
    } finally {
      await alone.close();
    }
  }
  if (submitted.native !== submitted.shim) {
    throw new Error(`the Agent's check submits ${submitted.native}, the shim ${submitted.shim}`);
  }
  const [seconds, cpuSeconds] = [wall, cpu].map((of) => ({ native: median(of.native), shim: median(of.shim) }));
  if (seconds === undefined || cpuSeconds === undefined) throw new Error("nothing was measured");
  const what = `6.7 MB, ${submitted.shim} submissions in the Agent: the Agent's check takes`;
  return {
    title: TITLE,
    tables: [{
      title: "The Agent's check and the shim, 6.7 MB",
      notes: [
        "Both in one Python process, in turn; the aggregator only copies the tags. Processor time is the Python " +
        "process' own. Peak memory: each in a process of its own, after all runs; torchserve-check itself is not in it.",
      ],
      columns: ["check", "submissions", "wall ms", "processor ms", "peak MB"],
      rows: KINDS.map((kind) => [
        kind === "native" ? "Agent's base check" : "shim",
        `${submitted[kind]}`,
        milliseconds(seconds[kind]),
        milliseconds(cpuSeconds[kind]),
        megabytes(peak[kind]),
      ]),
    }],
    targets: [{
      what: `${what}, wall`,
      wanted: "≥ 6×",
      measured: times(seconds.native, seconds.shim),
      isMet: seconds.native >= 6 * seconds.shim,
    }, {
      what: `${what}, processor time of the Agent`,
      wanted: "≥ 8×",
      measured: times(cpuSeconds.native, cpuSeconds.shim),
      isMet: cpuSeconds.native >= 8 * cpuSeconds.shim,
    }, {
      what: "6.7 MB: peak memory of the Agent with the shim, as a multiple of that with its own check",
      wanted: "≤ 1.1×",
      measured: `${digits(peak.shim / peak.native)}×`,
      isMet: peak.shim <= 1.1 * peak.native,
    }],
  };
}
