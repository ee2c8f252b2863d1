import type { Bench } from "./context.ts";
import { agentCheck, oursConnected, type Subject } from "./scrape_subjects.ts";
import { median, percentile } from "./statistics.ts";
import { milliseconds, type Table, type Target } from "./table.ts";

/** CPU that a small scrape may take, in seconds. */
const WANTED_SECONDS = 0.001;

/** CPU and latency of many small scrapes, one after the other, by a process that stays. */
export async function smallScrapes(
  bench: Bench,
  url: string,
  hasAgent: boolean,
): Promise<{ table: Table; target: Target }> {
  const connected = oursConnected(url);
  const ours = await scrapes(connected, 500, bench.quick ? 1000 : 4000);
  const agent = hasAgent ? await scrapes(await agentCheck(url), 50, bench.quick ? 100 : 400) : undefined;
  const row = (name: string, { count, cpuSeconds, seconds }: Scrapes) => [
    name,
    `${count}`,
    milliseconds(cpuSeconds / count),
    milliseconds(median(seconds)),
    milliseconds(percentile(seconds, 0.99)),
  ];
  return {
    table: {
      title: "Many small scrapes by a process that stays",
      notes: [
        "47 lines, one scrape after the other. CPU is user and system time of the process, all threads, garbage " +
        "collection and compilation included, divided by the number of scrapes.",
      ],
      columns: ["", "scrapes", "CPU ms a scrape", "median ms", "99th percentile ms"],
      rows: [row("ours", ours), ...agent === undefined ? [] : [row("Agent's base check", agent)]],
    },
    target: {
      what: "47 lines, connected: CPU of a scrape",
      wanted: "≤ 1 ms",
      measured: `${milliseconds(ours.cpuSeconds / ours.count)} ms`,
      isMet: ours.cpuSeconds / ours.count <= WANTED_SECONDS,
    },
  };
}

interface Scrapes {
  readonly count: number;
  readonly cpuSeconds: number;
  readonly seconds: readonly number[];
}

async function scrapes(subject: Subject, warmUp: number, count: number): Promise<Scrapes> {
  try {
    for (let i = 0; i < warmUp; i++) await subject.run();
    subject.seconds.length = 0;
    const before = subject.cpuSeconds?.() ?? NaN;
    for (let i = 0; i < count; i++) await subject.run();
    return { count, cpuSeconds: (subject.cpuSeconds?.() ?? NaN) - before, seconds: subject.seconds };
  } finally {
    await subject.close();
  }
}
