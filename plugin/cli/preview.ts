import process from "node:process";
import type { FileResult } from "../config/mod.ts";
import { makePreview, type Preview } from "../preview/mod.ts";
import { makeShared } from "../run/mod.ts";
import { writeStdout } from "../runtime/stdout.ts";
import { issueLine } from "./issue_line.ts";
import { toFile } from "./output.ts";
import { logFilesOf, targetOf } from "./preview_sources.ts";
import { readSource } from "./sources.ts";
import type { TargetOptions } from "./target_options.ts";
import { tell } from "./tell.ts";
import { UsageError } from "./usage_error.ts";
import { WatchedInstance } from "./watched_instance.ts";

export interface PreviewCommand extends TargetOptions {
  readonly demo: boolean;
  /** The port of the page; 0: any. */
  readonly listen: number;
  /** Seconds between two runs. */
  readonly interval?: number | undefined;
  /** The file that gets the page, instead of serving it. */
  readonly export?: string | undefined;
  /** Seconds for which an export collects. */
  readonly for: number;
}

/** Seconds between two runs: of a server of somebody, and of our own. */
const USUAL_INTERVAL = 5;
const DEMO_INTERVAL = 1;

/**
 * `preview`: the shipped dashboards of what the instances give, on a page of this machine until Ctrl-C, or in a file.
 *
 * @throws {UsageError} when there is nothing to run, or the port cannot be listened on
 * @throws {OutputError} when the file cannot be written
 */
export async function runPreview(source: string | undefined, options: PreviewCommand): Promise<void> {
  const { demo } = options;
  if (demo && source !== undefined) {
    throw new UsageError("--demo brings a TorchServe of its own", "leave out the configuration, or --demo");
  }
  const running = demo ? await (await import("./preview_demo.ts")).startDemo() : undefined;
  try {
    await preview(await readSource(running?.configuration ?? source, options), options);
  } finally {
    await running?.close();
  }
}

async function preview(file: FileResult, options: PreviewCommand): Promise<void> {
  if (file.instances.length === 0) {
    throw new UsageError(`${file.origin} has no instances to run`, "torchserve-check config validate says why");
  }
  for (const issue of file.issues) tell(issueLine(issue, file.origin));
  const watched = file.instances.map((instance) => new WatchedInstance(instance));
  const shared = await makeShared();
  const made = await makePreview({
    targets: file.instances.map(targetOf),
    logFiles: logFilesOf(file),
    interval: options.interval ?? (options.demo ? DEMO_INTERVAL : USUAL_INTERVAL),
    runAll: async (signal) =>
      await Promise.all(watched.map((one) => one.run({ shared, states: undefined, signal, log: () => {} }))),
  });
  made.collector.start();
  try {
    if (options.export === undefined) await show(made, options.listen);
    else await save(made, options.export, options.for);
  } finally {
    await made.collector.close();
    shared.close();
  }
}

/** Until somebody ends it. */
async function show(made: Preview, port: number): Promise<void> {
  let server: Awaited<ReturnType<Preview["listen"]>>;
  try {
    server = await made.listen(port);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(`preview: ${reason}`, "name a free port with --listen, or leave it out");
  }
  try {
    writeStdout(`${server.url}\n`);
    tell("Open this address in a browser of this machine: whoever has it may look. Ctrl-C ends it.");
    await Promise.race([ended(), made.collector.ended()]);
  } finally {
    await server.close();
  }
}

async function save(made: Preview, path: string, seconds: number): Promise<void> {
  tell(`collecting for ${seconds} s, then writing ${path}`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const time = new Promise<void>((resolve) => timer = setTimeout(resolve, seconds * 1_000));
  await Promise.race([time, ended(), made.collector.ended()]);
  clearTimeout(timer);
  await toFile(path)(made.exported());
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}
