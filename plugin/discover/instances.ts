import { APIS, noKeyFits } from "../torchserve/mod.ts";
import { mapConcurrently } from "../runtime/concurrency.ts";
import { describePortsWithoutApi, describeProcess } from "./describe.ts";
import { type Discovery, serverOf } from "./discover.ts";
import type { ConfigDraft, InstanceDraft, InstanceOptions, ServerDraft, Suggestion } from "./draft.ts";
import type { LocalServer } from "./local_server.ts";
import { draftMetrics, type MetricsApi } from "./metrics_instances.ts";
import { describePorts } from "./ports.ts";
import type { FoundApi } from "./probe.ts";
import { type InstanceResult, runInstance } from "./run_instance.ts";
import { draftSockets } from "./socket_instances.ts";
import { trustComments } from "./trust_comments.ts";

type GuardedApi = FoundApi & { readonly api: "inference" | "management" };

/** The APIs of one TorchServe, as far as it can be told from others. */
interface Group {
  readonly server: LocalServer | undefined;
  readonly apis: readonly FoundApi[];
}

const NAMES = { metrics: "Metrics endpoint", inference: "Inference API", management: "Management API" } as const;
const ORDER = ["metrics", "inference", "management"] as const;
const RENEW_COMMENT =
  "A key is good for an hour as installed. With the following, TorchServe writes a new one in time, which ends the old " +
  "key for all other clients; without, the check fails once the key has ended, until TorchServe is restarted:";

/**
 * Makes a configuration with one instance for each endpoint. Each API is asked once more, as its instance would.
 *
 * @param timeoutMs of each request
 */
export async function draftConfig(discovery: Discovery, timeoutMs: number): Promise<ConfigDraft> {
  const groups = groupByServer(discovery);
  const servers = await mapConcurrently(groups, 4, (group) => draftServer(group, timeoutMs));
  const isAnyActive = servers.some(({ instances }) => instances.some(({ active }) => active));
  return {
    // Without any instance, it would be no configuration.
    servers: isAnyActive ? servers : servers.map(activated),
    notes: [
      ...missing(discovery),
      ...describePortsWithoutApi(discovery.probed),
      ...localNotes(discovery, groups),
      ...discovery.servers.flatMap(logNotes),
    ],
  };
}

function groupByServer({ probed, servers }: Discovery): Group[] {
  const groups = new Map<LocalServer | undefined, FoundApi[]>();
  for (const api of probed.flatMap(({ apis }) => apis)) {
    const server = serverOf(api, servers);
    groups.set(server, [...groups.get(server) ?? [], api]);
  }
  // One that has Unix sockets only does not answer at any port.
  for (const server of servers) if (server.sockets.length > 0 && !groups.has(server)) groups.set(server, []);
  return [...groups].map(([server, apis]) => ({
    server,
    apis: apis.sort((a, b) => ORDER.indexOf(a.api) - ORDER.indexOf(b.api)),
  }));
}

function activated({ heading, instances }: ServerDraft): ServerDraft {
  return { heading, instances: instances.map((draft) => ({ ...draft, active: true })) };
}

async function draftServer({ server, apis }: Group, timeoutMs: number): Promise<ServerDraft> {
  const [management, ...more] = apis.filter(({ api }) => api === "management");
  const renewAt = more.length === 0 ? management : undefined;
  const guarded = apis.filter(isGuarded);
  const instances = [
    ...draftMetrics(apis.filter(isMetrics), server),
    ...await mapConcurrently(guarded, 4, async (api) => {
      const isShared = guarded.some((other) => other.api !== api.api && other.address === api.address);
      return await draftGuarded(api, server, isShared, renewAt, timeoutMs);
    }),
    ...await draftSockets(server, timeoutMs),
  ];
  return { heading: headingOf(server, apis), instances };
}

function isMetrics(api: FoundApi): api is MetricsApi {
  return api.api === "metrics";
}

function isGuarded(api: FoundApi): api is GuardedApi {
  return api.api !== "metrics";
}

function headingOf(server: LocalServer | undefined, apis: readonly FoundApi[]): string {
  const versions = new Set(apis.flatMap(({ version }) => version ?? []));
  const name = `TorchServe${versions.size === 0 ? "" : ` ${[...versions].join(", ")}`}`;
  if (server === undefined) return name;
  const { pid, uid, directory, listening } = server;
  const where = directory === undefined ? "" : `, started in ${directory}`;
  return `${name}, ${listening === undefined ? "probably " : ""}process ${pid} of user ${uid}${where}`;
}

async function draftGuarded(
  api: GuardedApi,
  server: LocalServer | undefined,
  isShared: boolean,
  renewAt: FoundApi | undefined,
  timeoutMs: number,
): Promise<InstanceDraft> {
  const { address, wantsToken, trust } = api;
  const isClosed = api.api === "management" && isShared;
  const key = wantsToken && !isClosed ? server?.keyFile : undefined;
  const usual: InstanceOptions = {
    [APIS[api.api].option]: address,
    ...trust,
    ...(key?.path === undefined ? {} : { token_key_file: key.path }),
  };
  const title = `${NAMES[api.api]}, port ${api.port}`;
  if (wantsToken && isClosed) {
    const { message, hint } = noKeyFits(address);
    return {
      comments: [`${title}: token authorization is on. This instance fails now: ${message}; ${hint}.`],
      instance: usual,
      suggestions: [],
      active: true,
    };
  }
  if (wantsToken && (key?.path === undefined || key.problem !== undefined)) {
    const why = key?.problem ?? "TorchServe's key_file.json is not known";
    return {
      comments: [
        `${title}: token authorization is on, and this instance fails until it has a key: ${why}.`,
        ...trustComments(trust),
      ],
      instance: usual,
      suggestions: key?.path === undefined ? [SET_KEY_FILE] : [],
      active: true,
    };
  }
  const { instance, models, problem, warnings } = await runWithAllModels(usual, timeoutMs);
  const facts = [
    ...(models === undefined ? [] : [models === 1 ? "1 model" : `${models} models`]),
    `token authorization is ${wantsToken ? "on" : "off"}`,
  ];
  return {
    comments: [
      `${title}: ${facts.join(", ")}.`,
      ...(problem === undefined ? [] : [`This instance fails now: ${problem}.`]),
      ...warnings,
      ...(wantsToken && server !== undefined
        ? [`Only ${readersOf(server)} may read key_file.json: the host agent has to run as such.`]
        : []),
      ...trustComments(trust),
    ],
    instance,
    suggestions: wantsToken && !isShared ? [renewal(api, renewAt)] : [],
    active: true,
  };
}

const UNKNOWN: InstanceResult = { warnings: [] };
/** A limit leaves room for so many times the models that there are, and is a multiple of so many. */
const [ROOM, STEP] = [1.25, 100];

/** Runs an instance; where there are more models than it would describe, it gets a limit that holds them. */
async function runWithAllModels(
  usual: InstanceOptions,
  timeoutMs: number,
): Promise<InstanceResult & { readonly instance: InstanceOptions }> {
  const found = await runInstance(usual, timeoutMs) ?? UNKNOWN;
  const { models = 0, limit = Infinity } = found;
  if (models <= limit) return { ...found, instance: usual };
  const instance = { ...usual, limit: Math.ceil(models * ROOM / STEP) * STEP };
  return { ...await runInstance(instance, timeoutMs) ?? UNKNOWN, instance };
}

function readersOf({ uid }: LocalServer): string {
  return uid === 0 ? "root" : `user ${uid} and root`;
}

const SET_KEY_FILE: Suggestion = {
  comment: "The file is in the directory that TorchServe was started in, and only its user and root may read it:",
  options: { token_key_file: "<DIRECTORY>/key_file.json" },
};

/** Inference asks the management API for new keys; where that is as installed, the check finds it itself. */
function renewal(api: GuardedApi, management: FoundApi | undefined): Suggestion {
  const isUsual = api.port === APIS.inference.port && management?.port === APIS.management.port;
  const needsAddress = api.api === "inference" && management !== undefined && !isUsual;
  return {
    comment: RENEW_COMMENT,
    options: { token_renew: true, ...(needsAddress ? { token_api_url: management.address } : {}) },
  };
}

function missing({ probed, servers }: Discovery): string[] {
  const found = new Set([...probed.flatMap(({ apis }) => apis), ...servers.flatMap(({ sockets }) => sockets)].map((
    { api },
  ) => api));
  return ORDER.filter((api) => !found.has(api)).map((api) =>
    `${NAMES[api]}: not found on ${describePorts(probed.map(({ target }) => target.port))}.`
  );
}

/** Where the log lines are that a log agent may collect. */
function logNotes({ metricsLog: { path } }: LocalServer): string[] {
  if (path === undefined) return [];
  const example = "The section logs of `torchserve-check config example` has the rules to collect them with.";
  return [`Log lines: model_log.log and ts_log.log in ${path}. ${example}`];
}

/** What could not be found on this machine, where that matters; and the processes that may be what was meant. */
function localNotes({ notes, servers, probed }: Discovery, groups: readonly Group[]): string[] {
  const isMissed = groups.some(({ server, apis }) =>
    server === undefined && apis.some((api) => isGuarded(api) ? api.wantsToken : api.page === "empty")
  );
  const isProbed = (port: number) => probed.some(({ target }) => target.port === port);
  const idle = servers.filter((server) =>
    !groups.some((group) => group.server === server) &&
    (isMissed || server.listening?.some(({ port }) => isProbed(port)))
  );
  return [
    ...servers.filter(({ sockets }) => sockets.length > 0).map((server) => `${describeProcess(server)}.`),
    ...(isMissed ? notes.map((note) => `${note}.`) : []),
    ...idle.map((server) => `${describeProcess(server)}; none of the APIs that were found is known to be its own.`),
  ];
}
