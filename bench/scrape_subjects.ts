import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { Connected } from "./connected.ts";
import { type Bench, BINARY } from "./context.ts";
import { AgentCheck, agentCommand } from "./peers/agent.ts";
import { writeTelegrafConfig } from "./peers/telegraf.ts";
import { runWholeProcess, type WholeProcess } from "./whole_process.ts";

/** What is measured of a program that scrapes. */
export interface Subject {
  /** Of each measured run. */
  readonly seconds: number[];
  /** Resident memory at most: of each run that is a process, or of the one process so far. */
  readonly peakBytes: () => number[];
  /** CPU seconds (user and system) so far of a process that stays. */
  readonly cpuSeconds?: () => number;
  /** Runs it once. */
  readonly run: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The same for ours and for the Agent's check: every sample is submitted, with all its labels. */
export function scrapeInstance(url: string): Readonly<Record<string, unknown>> {
  return {
    openmetrics_endpoint: url,
    exclude_labels: [],
    extra_metrics: [{ http_request_duration_seconds: "http.request.duration" }],
  };
}

/** A request line for one run. @param held the table that the host holds, for reports as series */
export function runRequest(instance: Readonly<Record<string, unknown>>, held?: string): string {
  const params = { check_id: "bench", instance, series_id: held };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "check/run", params });
}

const replySchema = v.object({
  result: v.object({
    status: v.literal("ok"),
    metrics: v.array(v.unknown()),
    histogram_buckets: v.array(v.unknown()),
    stats: v.object({ duration_ms: v.number(), samples: v.number() }),
  }),
});

/** How much a reply holds. @throws {v.ValiError} when it is not the report of a run in which all was well */
export function readReply(text: string): { submitted: number; samples: number; durationMs: number } {
  const { result } = v.parse(replySchema, JSON.parse(text));
  const submitted = result.metrics.length + result.histogram_buckets.length;
  return { submitted, samples: result.stats.samples, durationMs: result.stats.duration_ms };
}

/** Our executable, connected: from writing the request to the last byte of the reply. */
export function oursConnected(url: string): Subject & { readonly ask: () => Promise<string> } {
  const process = new Connected([BINARY]);
  const line = runRequest(scrapeInstance(url));
  const seconds: number[] = [];
  return {
    seconds,
    peakBytes: () => [process.peakBytes()],
    cpuSeconds: () => process.cpuSeconds(),
    run: async () => void seconds.push((await process.ask(line)).seconds),
    ask: async () => (await process.ask(line)).text(),
    close: () => process.close(),
  };
}

/** The same with reports as series, of which the host holds the table. */
export async function oursAsSeries(url: string): Promise<Subject> {
  const process = new Connected([BINARY]);
  const params = { protocol_version: 1, capabilities: { reports: "series" } };
  await process.ask(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }));
  const seconds: number[] = [];
  let held: string | undefined;
  return {
    seconds,
    peakBytes: () => [process.peakBytes()],
    cpuSeconds: () => process.cpuSeconds(),
    run: async () => {
      const reply = await process.ask(runRequest(scrapeInstance(url), held));
      seconds.push(reply.seconds);
      held = /"series_id":"([^"]*)"/.exec(reply.text())?.[1];
    },
    close: () => process.close(),
  };
}

/** The Agent's base check in its own process: what its `run()` takes. */
export interface AgentSubject extends Subject {
  /** The same process, its submissions only counted. */
  readonly dropping: Subject;
  readonly submitted: () => number;
}

/** Starts it, and collects what it submits, as our report does. */
export async function agentCheck(url: string): Promise<AgentSubject> {
  const agent = await AgentCheck.start(scrapeInstance(url));
  let submitted = NaN;
  const subject = (submissions: "collect" | "drop"): Subject => {
    const seconds: number[] = [];
    return {
      seconds,
      peakBytes: () => [agent.peakBytes()],
      cpuSeconds: () => agent.cpuSeconds(),
      run: async () => {
        const run = await agent.run(submissions);
        seconds.push(run.seconds);
        ({ submitted } = run);
      },
      close: () => agent.close(),
    };
  };
  return { ...subject("collect"), dropping: subject("drop"), submitted: () => submitted };
}

/** Our executable as a host runs it that invokes once: request from a file, reply to a file. */
export async function oursOneShot(bench: Bench, url: string, file = "one-shot"): Promise<Subject> {
  const stdin = join(bench.folder, `${file}.request.json`);
  await writeFile(stdin, `${runRequest(scrapeInstance(url))}\n`);
  const stdout = join(bench.folder, `${file}.reply.json`);
  return wholeProcess(() => runWholeProcess([BINARY], { stdin, stdout }));
}

/** `telegraf --once`, which writes to a file. */
export async function telegrafOnce(bench: Bench, telegraf: string, url: string): Promise<Subject> {
  const config = join(bench.folder, "telegraf.conf");
  const output = join(bench.folder, "telegraf.out");
  await writeTelegrafConfig(config, url, output);
  return wholeProcess(() => {
    Deno.writeTextFileSync(output, "");
    const run = runWholeProcess([telegraf, "--once", "--config", config]);
    if (Deno.statSync(output).size === 0) throw new Error("telegraf wrote no metrics");
    return run;
  });
}

/** The Agent's base check in a process for each run: Python, the package, one scrape. */
export async function agentOneShot(bench: Bench, url: string): Promise<Subject> {
  const stdin = join(bench.folder, "agent.request");
  await writeFile(stdin, "collect\n");
  const command = await agentCommand(scrapeInstance(url));
  return wholeProcess(() => runWholeProcess(command, { stdin, stdout: join(bench.folder, "agent.reply") }));
}

function wholeProcess(measure: () => WholeProcess): Subject {
  const seconds: number[] = [];
  const peaks: number[] = [];
  return {
    seconds,
    peakBytes: () => peaks,
    run: () => {
      const run = measure();
      seconds.push(run.seconds);
      peaks.push(run.peakBytes);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
