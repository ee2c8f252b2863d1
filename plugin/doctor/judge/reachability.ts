import {
  describePortsWithoutApi,
  describeProcess,
  type Discovery,
  isAnythingFound,
  type LocalServer,
} from "../../discover/mod.ts";
import { APIS, portOf } from "../../torchserve/mod.ts";
import { type Facts, filesOf, originOf } from "../facts.ts";
import type { Finding } from "../finding.ts";
import type { Endpoint } from "../gather/endpoint.ts";

/** Whether anything listens where TorchServe is looked for, and if not, why. */
export function judgeReachability(facts: Facts): Finding[] {
  return facts.discoveries.flatMap((discovery) => {
    if (facts.source === undefined && !isAnythingFound(discovery)) {
      const isAllRefused = discovery.probed.length > 0 && discovery.probed.every(({ isRefused }) => isRefused);
      if (!isAllRefused) return [nothingFound(discovery)];
    }
    const endpoints = facts.endpoints.filter((endpoint) => isOn(endpoint, discovery) && isRefused(endpoint, discovery));
    const refused = discovery.probed.filter(({ isRefused }) => isRefused);
    const answers = discovery.probed.some(({ isRefused }) => isRefused !== true);
    if (refused.length === 0) return [];
    if (answers) return endpoints.flatMap((endpoint) => someRefused(endpoint, discovery, facts));
    // Those that a server has in place of ports are looked at as instances.
    if (facts.source === undefined && discovery.servers.some(({ sockets }) => sockets.length > 0)) return [];
    return [allRefused(discovery, refused.map(({ target }) => target.port), endpoints)];
  });
}

/** A host was named, and no API of TorchServe is there. */
function nothingFound({ host, probed, servers, notes }: Discovery): Finding {
  const isUnreachable = probed.every(({ isSilent, isRefused }) => isSilent || isRefused);
  return {
    id: isUnreachable ? "unreachable" : "other_program",
    level: "wrong",
    message: `No TorchServe was found on ${host.name}: ${describePortsWithoutApi(probed).join(" ")}`,
    evidence: [...servers.map((server) => `${describeProcess(server)}.`), ...notes.map((note) => `${capital(note)}.`)],
    remedy: isUnreachable
      ? "check the host's name, and the network and the firewall between it and this machine"
      : "name its ports: torchserve-check doctor HOST --ports 8080,8081,8082",
    instances: [],
  };
}

function isOn({ config: { kind, url } }: Endpoint, { host }: Discovery): boolean {
  return kind !== "metrics_log" && URL.parse(url)?.hostname === host.name;
}

function isRefused({ config: { url }, report }: Endpoint, { probed }: Discovery): boolean {
  return report.error?.code === "connect" &&
    probed.some(({ target, isRefused }) => target.port === portOf(url) && isRefused);
}

/** Nothing listens at any address: there is no TorchServe, or it is elsewhere. */
function allRefused(
  { host, servers, notes, isHere }: Discovery,
  ports: readonly number[],
  endpoints: readonly Endpoint[],
): Finding {
  const instances = endpoints.map(({ path }) => path);
  const nowhere = `nothing listens on ${host.name}:${ports.join(`, ${host.name}:`)}`;
  const evidence = [`${capital(nowhere)}: connections are refused.`, ...notes.map((note) => `${capital(note)}.`)];
  const [server] = servers;
  if (server === undefined) {
    return {
      id: "stopped",
      level: "wrong",
      message: `TorchServe is not running${isHere ? "" : ` on ${host.name}`}: ${nowhere}`,
      evidence,
      remedy: "start it: torchserve --start --model-store DIRECTORY --models NAME=FILE.mar; " +
        "why it ended stands at the end of its logs/ts_log.log and of what it wrote to its console",
      instances,
    };
  }
  return withProcess(server, host.name, nowhere, evidence, instances);
}

function withProcess(
  server: LocalServer,
  host: string,
  nowhere: string,
  evidence: readonly string[],
  instances: readonly string[],
): Finding {
  const { pid, uid, settings } = server;
  const listening = server.listening?.filter(({ port }) => !settings?.grpcPorts.includes(port));
  const seen = [...evidence, `Process ${pid} of user ${uid} is a TorchServe.`];
  if (listening === undefined) {
    return {
      id: "elsewhere",
      level: "wrong",
      message: `${capital(nowhere)}, and process ${pid} is a TorchServe that listens elsewhere, or not yet`,
      evidence: seen,
      remedy: `run this as user ${uid} or as root, who can see where it listens`,
      instances,
    };
  }
  if (listening.length === 0) {
    return {
      id: "starting",
      level: "wrong",
      message: `TorchServe runs as process ${pid} and does not listen yet`,
      evidence: seen,
      remedy:
        "wait a moment and ask again; if that does not help, the end of its logs/ts_log.log says what it waits for",
      instances,
    };
  }
  const places = listening.map(({ address, port }) => `${address}:${port}`);
  const isLoopback = listening.every(({ address }) => /^127\.|^::1$/.test(address));
  const isLocal = /^(localhost|127\.|\[::1\])/.test(host);
  if (isLoopback && !isLocal) {
    return {
      id: "loopback",
      level: "wrong",
      message: `TorchServe listens to its own machine only, and ${host} is not asked there: ${nowhere}`,
      evidence: [...seen, `It listens on ${places.join(", ")}.`],
      remedy: "ask it at 127.0.0.1, or set inference_address, management_address and metrics_address in its " +
        "config.properties to http://0.0.0.0:PORT and restart it",
      instances,
    };
  }
  return {
    id: "elsewhere",
    level: "wrong",
    message: `${capital(nowhere)}: TorchServe (process ${pid}) listens on ${places.join(", ")}`,
    evidence: seen,
    remedy:
      "set the endpoints of the instances to these ports, or the addresses in TorchServe's config.properties to " +
      "those that are asked; torchserve-check discover writes the instances",
    instances,
  };
}

/** Something listens there, but not at the address of this endpoint. */
function someRefused(endpoint: Endpoint, { servers }: Discovery, facts: Facts): Finding[] {
  const { path, config: { kind, url } } = endpoint;
  if (kind === "metrics_log") return [];
  const server = filesOf(endpoint, facts)?.server ?? (servers.length === 1 ? servers[0] : undefined);
  const { name, option, setting } = APIS[kind === "openmetrics" ? "metrics" : kind];
  if (kind === "openmetrics" && server?.settings?.hasMetricsApi === false) return [];
  const answering = facts.endpoints.find((other) =>
    other.report.error === undefined && URL.parse(other.config.url)?.hostname === URL.parse(url)?.hostname
  );
  if (kind === "openmetrics" && server === undefined && answering !== undefined) {
    return [{
      id: "metrics_off",
      level: "wrong",
      message: `Nothing listens at the metrics endpoint ${url}, while ${originOf(answering.config.url)} answers: ` +
        "it is off, or at another address",
      evidence: [`GET ${url}: the connection is refused.`],
      remedy: "set enable_metrics_api=true and metrics_address in TorchServe's config.properties and restart it; " +
        `or set ${option} to the address that it has`,
      instances: [path],
    }];
  }
  const ports = server?.listening?.map(({ address, port }) => `${address}:${port}`);
  return [{
    id: "elsewhere",
    level: "wrong",
    message: `Nothing listens at ${originOf(url)}, where the ${name} is looked for, while TorchServe is there`,
    evidence: [
      `GET ${url}: the connection is refused.`,
      ...(server === undefined || ports === undefined ? [] : [`Process ${server.pid} listens on ${ports.join(", ")}.`]),
    ],
    remedy: `set ${option} to the address of the ${name}, ${setting} in TorchServe's config.properties`,
    instances: [path],
  }];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
