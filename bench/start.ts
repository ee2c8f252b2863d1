import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPILE_FLAGS } from "../scripts/compile_flags.ts";
import { run } from "../scripts/run.ts";
import { startBackground } from "./background.ts";
import { type Bench, BINARY, BUN } from "./context.ts";
import { interleave } from "./rounds.ts";
import { runRequest } from "./scrape_subjects.ts";
import { median, percentile } from "./statistics.ts";
import { megabytes, milliseconds, type Section, type Target, times } from "./table.ts";
import { runWholeProcess, type WholeProcess } from "./whole_process.ts";

const ONE_SHOT = "a scrape of a small server, one-shot";
const FOR_PEOPLE = "--instance of the same";

/** Whole processes that do little: what a host that invokes once pays each time. */
export async function measureStart(bench: Bench): Promise<Section> {
  const empty = await compileEmpty(bench);
  const emulator = await startBackground(
    [BINARY, "emulate", "--port", "0"],
    /openmetrics_endpoint: (\S+)\n[^]*inference_api_url: (\S+)\n/,
  );
  try {
    const scraped = { openmetrics_endpoint: emulator.found[1] };
    const instance = { inference_api_url: emulator.found[2] };
    const file = join(bench.folder, "conf.yaml");
    await writeFile(file, `init_config:\n\ninstances:\n  - openmetrics_endpoint: ${emulator.found[1]}\n`);
    const subjects = [
      { name: "an empty program, compiled with Bun", command: [empty] },
      { name: "torchserve-check version", command: [BINARY, "version"] },
      {
        name: "check/validate",
        command: [BINARY],
        stdin: await request(
          bench,
          "validate",
          JSON.stringify({ jsonrpc: "2.0", id: 1, method: "check/validate", params: { instance } }),
        ),
      },
      { name: "an inference check", command: [BINARY], stdin: await request(bench, "inference", runRequest(instance)) },
      { name: ONE_SHOT, command: [BINARY], stdin: await request(bench, "scrape", runRequest(scraped)) },
      { name: FOR_PEOPLE, command: [BINARY, "--instance", file] },
    ].map((subject) => ({ ...subject, runs: [] as WholeProcess[] }));
    const measurements = subjects.map(({ command, stdin, runs }) => () => {
      runs.push(runWholeProcess(command, stdin === undefined ? {} : { stdin }));
    });
    await interleave(3, measurements);
    for (const { runs } of subjects) runs.length = 0;
    await interleave(bench.quick ? 15 : 60, measurements);
    return {
      title: "Start-up",
      tables: [{
        title: "Whole processes",
        notes: ["From the start of the process to its end. What is beyond the empty program is ours."],
        columns: ["", "median ms", "10th percentile ms", "CPU ms", "peak MB"],
        rows: subjects.map(({ name, runs }) => [
          name,
          milliseconds(median(runs.map(({ seconds }) => seconds))),
          milliseconds(percentile(runs.map(({ seconds }) => seconds), 0.1)),
          milliseconds(median(runs.map(({ cpuSeconds }) => cpuSeconds))),
          megabytes(median(runs.map(({ peakBytes }) => peakBytes))),
        ]),
      }],
      targets: [forPeople(subjects)],
      missing: [],
    };
  } finally {
    await emulator.close();
  }
}

/** What a person waits for, as a multiple of what a host does. */
function forPeople(subjects: readonly { readonly name: string; readonly runs: readonly WholeProcess[] }[]): Target {
  const of = (wanted: string) =>
    median(subjects.find(({ name }) => name === wanted)?.runs.map(({ seconds }) => seconds) ?? []);
  const [people, host] = [of(FOR_PEOPLE), of(ONE_SHOT)];
  return {
    what: "--instance of a small server, as a multiple of its one-shot run, whole processes",
    wanted: "≤ 3×",
    measured: times(people, host),
    isMet: people <= 3 * host,
  };
}

async function request(bench: Bench, name: string, line: string): Promise<string> {
  const file = join(bench.folder, `${name}.request.json`);
  await writeFile(file, `${line}\n`);
  return file;
}

/** Nothing, with the settings that ours is compiled with (scripts/build.ts). */
async function compileEmpty(bench: Bench): Promise<string> {
  const source = join(bench.folder, "empty.ts");
  const empty = join(bench.folder, "empty");
  await writeFile(source, "export {};\n");
  const command = [BUN, "build", "--compile", ...COMPILE_FLAGS, source, "--outfile", empty];
  await run(command, { cwd: new URL("..", import.meta.url), quiet: true });
  return empty;
}
