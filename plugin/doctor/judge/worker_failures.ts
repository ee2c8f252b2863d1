import { basename } from "node:path";
import type { Worker } from "../../checks/mod.ts";
import { clip, oneLine } from "../../text/mod.ts";
import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { ModelLog } from "../gather/server_files.ts";
import type { LoggedException, WorkerLife, WorkerLog } from "../gather/worker_log.ts";
import type { Judged } from "./judged.ts";
import { workersText } from "./queues.ts";

/** What failures are judged by, besides what the management API says. */
export interface FailureContext {
  readonly logs: readonly ModelLog[];
  readonly oomKills: number | undefined;
  readonly facts: Facts;
}

/** TorchServe's own default of `startupTimeout`, in seconds. */
const STARTUP_SECONDS = 120;
/** What happened longer ago says nothing of now, in seconds. */
const RECENT_SECONDS = 15 * 60;
/** Times in logs are cut to seconds. */
const SECOND = 1;
/** More starts within that time are no accident. */
const MANY_STARTS = 2;
const MAX_EXCEPTION = 400;

/** Workers that do not become ready, or do not stay so, and predictions that fail. */
export function failures(judged: Judged, context: FailureContext): Finding[] {
  const { version, later } = judged;
  const workers = version.workers ?? [];
  const told = new Set<string>();
  return workers.flatMap((worker) => {
    const again = later?.workers?.find(({ id }) => id === worker.id);
    const finding = judgeWorker(worker, again, judged, context);
    // Workers of one version mostly fail alike.
    if (finding === undefined || told.has(finding.id)) return [];
    told.add(finding.id);
    return [finding];
  });
}

function judgeWorker(
  worker: Worker,
  again: Worker | undefined,
  judged: Judged,
  { logs, oomKills, facts }: FailureContext,
): Finding | undefined {
  const { name, request, version, endpoint } = judged;
  const { log, found } = logOf(worker, judged, logs);
  const since = Date.parse(worker.startTime ?? "") / 1_000 - SECOND;
  const recent = (found?.lives ?? []).filter(({ startedSeconds }) =>
    startedSeconds === undefined || (facts.nowMs / 1_000 - startedSeconds < RECENT_SECONDS && !(startedSeconds < since))
  );
  const isReady = worker.status === "READY";
  const isReadyNow = isReady && (again === undefined || again.status === "READY");
  const isNew = isProcess(worker.pid) && isProcess(again?.pid) && again?.pid !== worker.pid;
  const last = recent.at(-1);
  const state = `GET ${request}: ${readyText(judged)}, worker ${oneLine(clip(String(worker.id), 40))} ` +
    `${oneLine(clip(worker.status ?? "in no state", 40))}, process ${worker.pid ?? "none"}.`;
  const base = { instances: [endpoint.path], level: "wrong" } as const;
  const unread = logs.flatMap(({ path, problem }) => problem === undefined ? [] : [`${path} ${problem}.`]);
  const death = deathOf(recent);
  if (!isReadyNow && death !== undefined) {
    return {
      ...base,
      id: "handler_raises",
      message: `Model ${name} does not load: ${exceptionText(death)}`,
      evidence: [state, ...whereLogged(death, log), startsText(recent)].filter((line) => line !== ""),
      remedy: handlerRemedy(death, version.modelName),
    };
  }
  const starts = recent.length;
  const crash = recent.findLast((life) => life.crash !== undefined)?.crash;
  if (
    (isReadyNow ? starts > MANY_STARTS : starts > 1 || isNew) && death === undefined && (found !== undefined || isNew)
  ) {
    const kernel = oomKills !== undefined && oomKills > 0
      ? `The kernel killed ${oomKills} processes of TorchServe's control group for want of memory.`
      : facts.machine.oomKills !== undefined && facts.machine.oomKills > 0
      ? `The kernel killed ${facts.machine.oomKills} processes of this machine for want of memory since it started.`
      : "";
    const how = crash === undefined
      ? "without an exception, as by signal 9 (SIGKILL): the kernel, for want of memory, or somebody"
      : `with: ${oneLine(clip(crash, MAX_EXCEPTION))}`;
    return {
      ...base,
      id: "worker_killed",
      message: `A worker of model ${name} ends again and again ${how}`,
      evidence: [
        state,
        startsText(recent),
        log === undefined ? "" : `${log.path} has no exception of it.`,
        kernel,
        ...unread,
      ]
        .filter((line) => line !== ""),
      remedy: crash === undefined
        ? "look into the kernel's log (dmesg -T | grep -i 'killed process'), and give the machine or the container more " +
          "memory, or the model fewer workers; else find who kills it"
        : "look at the native libraries of the model, and whether they fit this processor and this GPU's driver",
    };
  }
  if (isReadyNow) return last === undefined ? undefined : predictions(last, judged, log, facts);
  const age = secondsSince(worker.startTime, facts.nowMs);
  if (age !== undefined && age > (version.startupTimeout ?? STARTUP_SECONDS)) {
    return {
      ...base,
      id: "worker_stuck",
      message: `A worker of model ${name} is not ready since ${
        Math.round(age)
      } s: it hangs, or ends and is started again`,
      evidence: [state, ...unread, ...(log === undefined ? [] : [`${log.path} has no exception of it.`])],
      remedy: log === undefined
        ? "why stands in model_log.log on the machine of TorchServe: run torchserve-check doctor there"
        : "look at the end of that log for the worker; raise startup_timeout for a model that takes long to load",
    };
  }
  return {
    ...base,
    level: "doubtful",
    id: "worker_loading",
    message: `A worker of model ${name} is loading, or fails to load${
      age === undefined ? "" : `, for ${Math.round(age)} s`
    }`,
    evidence: [state, ...unread],
    remedy: "ask again in a moment" +
      (log === undefined ? "; why it fails stands in model_log.log on the machine of TorchServe" : ""),
  };
}

/** TorchServe tells -1 where there is no process yet. */
function isProcess(pid: number | null | undefined): boolean {
  return (pid ?? -1) > 0;
}

/** The log of a worker, and the file that it is in. */
function logOf(
  worker: Worker,
  { version }: Judged,
  logs: readonly ModelLog[],
): { log: ModelLog | undefined; found: WorkerLog | undefined } {
  const key = `${worker.id} ${version.modelName}_${version.modelVersion}`;
  for (const log of logs) {
    const found = log.workers.get(key);
    if (found !== undefined) return { log, found };
  }
  return { log: logs.find(({ problem }) => problem === undefined), found: undefined };
}

/** Why the last process that told it ended; one that was started a moment ago has not failed yet. */
function deathOf(lives: readonly WorkerLife[]): LoggedException | undefined {
  return lives.slice(-2).findLast(({ death }) => death !== undefined)?.death;
}

function predictions(
  { failed }: WorkerLife,
  { name, endpoint }: Judged,
  log: ModelLog | undefined,
  { nowMs }: Facts,
): Finding | undefined {
  if (failed === undefined) return undefined;
  const { last, count } = failed;
  if (last.seconds !== undefined && nowMs / 1_000 - last.seconds > RECENT_SECONDS) return undefined;
  return {
    id: "predictions_fail",
    level: "doubtful",
    message: `Predictions of model ${name} fail: ${exceptionText(last)}`,
    evidence: [
      ...whereLogged(last, log),
      `${count} ${count === 1 ? "exception" : "exceptions"} since its worker was started.`,
    ],
    remedy: "mend the handler there, or what is sent to it",
    instances: [endpoint.path],
  };
}

/** `ModuleNotFoundError: No module named 'numpy' (handler.py, line 3)`. */
function exceptionText({ text, place }: LoggedException): string {
  const where = place === undefined ? "" : ` (${oneLine(basename(place.file))}, line ${place.line})`;
  return `${oneLine(clip(text, MAX_EXCEPTION))}${where}`;
}

function whereLogged({ place, logLine }: LoggedException, log: ModelLog | undefined): string[] {
  return [
    ...(place === undefined ? [] : [`Raised in ${oneLine(place.file)}, line ${place.line}.`]),
    ...(log === undefined ? [] : [`Written in ${log.path}${logLine === undefined ? "" : `, line ${logLine}`}.`]),
  ];
}

function handlerRemedy({ text, place }: LoggedException, model: string): string {
  const missing = /^(?:ModuleNotFoundError|ImportError): No module named '([^']+)'/.exec(text)?.[1];
  if (/^(?:MemoryError|torch\S*OutOfMemoryError)|out of memory/i.test(text)) {
    return "give the machine, the container or the GPU more memory, or the model fewer workers or a smaller batch";
  }
  const again = `then register the archive of ${JSON.stringify(oneLine(clip(model, 100)))} again`;
  if (missing !== undefined) {
    return `install ${oneLine(clip(missing, 100))} where TorchServe's Python finds it, or add it to the archive's ` +
      `requirements.txt, or correct the import or the handler's name, ${again}`;
  }
  const where = place === undefined ? "the handler" : `${oneLine(basename(place.file))}, line ${place.line}`;
  return `mend ${where}, or what it needs, ${again}`;
}

function startsText(lives: readonly WorkerLife[]): string {
  if (lives.length < 2) return "";
  const pids = lives.flatMap(({ pid }) => pid ?? []).slice(-4);
  const [first] = lives;
  const since = first?.startedSeconds === undefined
    ? ""
    : ` since ${new Date(first.startedSeconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z")}`;
  return `Its process was started ${lives.length} times${since}` +
    `${pids.length === 0 ? "" : `, the last ones as ${pids.join(", ")}`}.`;
}

function readyText({ version }: Judged): string {
  const workers = version.workers ?? [];
  const ready = workers.filter(({ status }) => status === "READY").length;
  return `${ready} of ${workersText(Math.max(version.minWorkers ?? 0, workers.length))} READY`;
}

function secondsSince(time: string | undefined, nowMs: number): number | undefined {
  const ms = Date.parse(time ?? "");
  return Number.isNaN(ms) ? undefined : Math.max(0, (nowMs - ms) / 1_000);
}
