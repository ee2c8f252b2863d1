import type { ConfigIssue, FileResult, ValidConfig } from "../config/mod.ts";
import { validateInstance } from "../config/mod.ts";
import { discover, type Discovery, draftConfig, type Host, parseHost } from "../discover/mod.ts";
import { makeShared } from "../run/mod.ts";
import { monotonicMs, within } from "../runtime/bounds.ts";
import { portOf } from "../torchserve/mod.ts";
import { orderOf } from "./catalogue.ts";
import type { Facts } from "./facts.ts";
import { filesOf } from "./facts.ts";
import { type Finding, sorted } from "./finding.ts";
import { type Endpoint, runEndpoint } from "./gather/endpoint.ts";
import { lookAtMachine } from "./gather/machine.ts";
import { type ModelLog, readModelLog, serverFiles } from "./gather/server_files.ts";
import { judge } from "./judge/mod.ts";

/** Where the doctor looks. */
export type Subject =
  /** Whatever is on a host. */
  | { readonly host: Host; readonly ports: readonly number[] | undefined }
  /** What a configuration watches. */
  | { readonly file: FileResult };

/** How the doctor looks. */
export interface Examination {
  /** Of each probe of a port, in milliseconds. */
  readonly probeMs: number;
  /** After how long models whose workers are not ready are looked at again, in milliseconds. */
  readonly againMs: number;
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number;
  /** `/proc`; `undefined` where the system has none. */
  readonly procRoot: string | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Most hosts that are looked at. */
const MAX_HOSTS = 16;
/** How long a look at a server that was just drafted may take, in milliseconds. */
const DRAFT_MS = 3_000;

/**
 * Looks at a TorchServe and all around it, and says what is wrong, the cause first. It asks and reads; it changes nothing.
 *
 * @throws {OutOfTimeError} when something hangs that cannot be ended
 */
export async function examine(subject: Subject, examination: Examination): Promise<Finding[]> {
  const deadlineMs = monotonicMs() + examination.timeoutMs;
  const facts = await within(gather(subject, examination, deadlineMs), { deadlineMs });
  return sorted(await within(judge(facts), { deadlineMs }), orderOf);
}

interface Named {
  readonly path: string;
  readonly config: ValidConfig;
}

async function gather(subject: Subject, examination: Examination, deadlineMs: number): Promise<Facts> {
  const { procRoot, nowMs } = examination;
  const discoveries = "file" in subject
    ? await lookAround(subject.file, examination)
    : [await discover({ ...subject, timeoutMs: examination.probeMs, procRoot })];
  const { named, issues } = "file" in subject
    ? instancesOf(subject.file)
    : await draftedInstances(discoveries, examination);
  const shared = await makeShared();
  const servers = [
    ...new Map(discoveries.flatMap((one) => one.servers).map((server) => [server.pid, server])).values(),
  ];
  let endpoints: Endpoint[];
  try {
    endpoints = await Promise.all(
      named.map(({ path, config }) => runEndpoint(path, config, shared, examination.againMs, deadlineMs)),
    );
  } finally {
    shared.close();
  }
  const [files, namedLogs, machine] = await Promise.all([
    Promise.all(servers.map((server) => serverFiles(server, procRoot ?? "/proc"))),
    "file" in subject ? logsNamedBy(subject.file) : [],
    lookAtMachine(procRoot),
  ]);
  const facts: Facts = {
    source: "file" in subject ? subject.file : undefined,
    issues,
    endpoints,
    discoveries,
    files,
    namedLogs,
    machine,
    nowMs,
  };
  // A configuration means its own servers, not what else runs on the machine.
  if (!("file" in subject)) return facts;
  const meant = new Set(endpoints.map((endpoint) => filesOf(endpoint, facts)));
  return { ...facts, files: files.filter((one) => meant.has(one)) };
}

/** Looks at the hosts that a configuration names, at the ports that it names. */
async function lookAround(file: FileResult, { probeMs, procRoot }: Examination): Promise<Discovery[]> {
  const ports = new Map<string, Set<number>>();
  for (const { result } of file.instances) {
    const config = result.ok ? result.config : result.readable;
    if (config === undefined) continue;
    const url = config.kind === "metrics_log" ? null : URL.parse(config.url);
    // Files and Unix sockets are this machine's.
    const isHere = url === null || url.protocol === "unix:";
    const name = isHere ? "localhost" : `${url.protocol === "https:" ? "https://" : ""}${url.hostname}`;
    const known = ports.get(name) ?? new Set();
    ports.set(name, known);
    const port = isHere ? undefined : portOf(config.url);
    if (port !== undefined) known.add(port);
  }
  return await Promise.all(
    [...ports].slice(0, MAX_HOSTS).map(([name, named]) =>
      discover({ host: parseHost(name), ports: [...named], timeoutMs: probeMs, procRoot })
    ),
  );
}

function instancesOf({ instances, issues }: FileResult): { named: Named[]; issues: readonly ConfigIssue[] } {
  return {
    named: instances.flatMap(({ path, result }) => result.ok ? [{ path, config: result.config }] : []),
    issues,
  };
}

/** The instances that `discover` would write. */
async function draftedInstances(
  discoveries: readonly Discovery[],
  { probeMs }: Examination,
): Promise<{ named: Named[]; issues: readonly ConfigIssue[] }> {
  const named: Named[] = [];
  for (const discovery of discoveries) {
    const draft = await draftConfig(discovery, Math.max(probeMs, DRAFT_MS));
    for (const { instance } of draft.servers.flatMap(({ instances }) => instances)) {
      const result = await validateInstance(instance, {});
      if (result.ok) named.push({ path: `${result.config.kind} ${result.config.url}`, config: result.config });
    }
  }
  return { named, issues: [] };
}

/** The model logs that a configuration has a log agent collect, or that lie beside the metric logs that it names. */
async function logsNamedBy({ logs, instances }: FileResult): Promise<ModelLog[]> {
  const paths = logs.flatMap((entry) =>
    "path" in entry && typeof entry.path === "string" && /model_log[^/]*\.log$/.test(entry.path) ? [entry.path] : []
  );
  const beside = instances.flatMap(({ result }) =>
    result.ok && result.config.kind === "metrics_log" && !result.config.url.endsWith(".log")
      ? [`${result.config.url}/model_log.log`]
      : []
  );
  return await Promise.all([...new Set([...paths, ...beside])].map(readModelLog));
}
