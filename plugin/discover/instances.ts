import { mapConcurrently } from "../runtime/concurrency.ts";
import { describeProcess, tried } from "./describe.ts";
import { type Discovery, serverOf } from "./discover.ts";
import type { ConfigDraft, InstanceDraft, Options, ServerDraft, Suggestion } from "./draft.ts";
import type { LocalServer } from "./local_server.ts";
import { describePorts } from "./ports.ts";
import type { FoundApi, TrustOptions } from "./probe.ts";
import { tryInstance } from "./try_instance.ts";

type MetricsApi = FoundApi & { readonly api: "metrics" };
type GuardedApi = FoundApi & { readonly api: "inference" | "management" };

/** The APIs of one TorchServe, as far as it can be told from others. */
interface Group {
  readonly server: LocalServer | undefined;
  readonly apis: readonly FoundApi[];
}

const NAMES = { metrics: "Metrics endpoint", inference: "Inference API", management: "Management API" } as const;
const ORDER = ["metrics", "inference", "management"] as const;
const PROMETHEUS = "set metrics_mode=prometheus in TorchServe's config.properties and restart it";
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
    notes: [...missing(discovery), ...tried(discovery.probed), ...localNotes(discovery, groups)],
  };
}

function groupByServer({ probed, servers }: Discovery): Group[] {
  const groups = new Map<LocalServer | undefined, FoundApi[]>();
  for (const api of probed.flatMap(({ apis }) => apis)) {
    const server = serverOf(api, servers);
    groups.set(server, [...groups.get(server) ?? [], api]);
  }
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
  const instances = await mapConcurrently(
    apis,
    apis.length,
    async (api) => isMetrics(api) ? draftMetrics(api, server) : await draftGuarded(api, server, renewAt, timeoutMs),
  );
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

function draftMetrics(api: MetricsApi, server: LocalServer | undefined): InstanceDraft {
  const { address, page, trust } = api;
  const endpoint: Options = { openmetrics_endpoint: `${address}/metrics`, ...trust };
  const title = `${NAMES.metrics}, port ${api.port}`;
  const isExposed = page !== "empty" || server?.metricsMode === "prometheus" || server?.metricsMode === "legacy";
  if (isExposed) {
    const state = page === "samples" ? "it has samples" : "it has no samples yet";
    return {
      comments: [`${title}: ${state}.`, ...trustComments(trust)],
      instance: endpoint,
      suggestions: [],
      active: true,
    };
  }
  const state = `${title}: it is empty, as with metrics_mode=log, which TorchServe has as installed`;
  const log = server?.metricsLog;
  if (log?.path !== undefined && log.problem === undefined) {
    return {
      comments: [
        `${state}. Its logs have the metrics, with the same names. To scrape instead, ${PROMETHEUS}, and use ` +
        `openmetrics_endpoint: ${address}/metrics`,
      ],
      instance: { metrics_log: log.path },
      suggestions: [],
      active: true,
    };
  }
  const why = log?.problem ?? "the directory of its logs is not known";
  return {
    comments: [
      `${state}; ${why}.`,
      `To have metrics, ${PROMETHEUS}; or set metrics_log to the directory of ts_metrics.log.`,
      ...trustComments(trust),
    ],
    instance: endpoint,
    suggestions: [],
    active: false,
  };
}

async function draftGuarded(
  api: GuardedApi,
  server: LocalServer | undefined,
  renewAt: FoundApi | undefined,
  timeoutMs: number,
): Promise<InstanceDraft> {
  const { address, wantsToken, trust } = api;
  const key = wantsToken ? server?.keyFile : undefined;
  const instance: Options = {
    [`${api.api}_api_url`]: address,
    ...trust,
    ...(key?.path === undefined ? {} : { token_key_file: key.path }),
  };
  const title = `${NAMES[api.api]}, port ${api.port}`;
  if (wantsToken && (key?.path === undefined || key.problem !== undefined)) {
    const why = key?.problem ?? "TorchServe's key_file.json is not known";
    return {
      comments: [
        `${title}: token authorization is on, and this instance fails until it has a key: ${why}.`,
        ...trustComments(trust),
      ],
      instance,
      suggestions: key?.path === undefined ? [SET_KEY_FILE] : [],
      active: true,
    };
  }
  const { models, problem, warnings } = await tryInstance(instance, timeoutMs);
  const facts = [
    ...(models === undefined ? [] : [models === "1" ? "1 model" : `${models} models`]),
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
    suggestions: wantsToken ? [renewal(api, renewAt)] : [],
    active: true,
  };
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
  const isUsual = api.port === 8080 && management?.port === 8081;
  const needsAddress = api.api === "inference" && management !== undefined && !isUsual;
  return {
    comment: RENEW_COMMENT,
    options: { token_renew: true, ...(needsAddress ? { token_api_url: management.address } : {}) },
  };
}

function trustComments({ tls_verify: verify, tls_ca_cert: file }: TrustOptions): string[] {
  if (file !== undefined) return ["Its certificate is that of certificate_file in TorchServe's config.properties."];
  if (verify !== false) return [];
  return [
    "This machine does not trust its certificate, so it is not verified: set tls_ca_cert to the certificate of the " +
    "authority that signed it, and remove tls_verify.",
  ];
}

function missing({ probed }: Discovery): string[] {
  const found = new Set(probed.flatMap(({ apis }) => apis).map(({ api }) => api));
  return ORDER.filter((api) => !found.has(api)).map((api) =>
    `${NAMES[api]}: not found on ${describePorts(probed.map(({ target }) => target.port))}.`
  );
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
    ...(isMissed ? notes.map((note) => `${note}.`) : []),
    ...idle.map((server) => `${describeProcess(server)}; none of the APIs that were found is known to be its own.`),
  ];
}
