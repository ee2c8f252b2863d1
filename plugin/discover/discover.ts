import { GRPC_PORTS, USUAL_PORTS } from "../torchserve/mod.ts";
import { mapConcurrently } from "../runtime/concurrency.ts";
import { type Host, isReachedLocally, isThisMachine } from "./host.ts";
import { type LocalServer, localServer } from "./local_server.ts";
import { type FoundApi, probe, type Probed, type Target } from "./probe.ts";
import { findProcesses } from "./processes.ts";

/** What a person asks for. */
export interface DiscoverOptions {
  readonly host: Host;
  /** The ports to probe; `undefined`: those as installed, and those of servers that run on this machine. */
  readonly ports: readonly number[] | undefined;
  /** See {@linkcode ProbeOptions}. */
  readonly timeoutMs: number;
  /** The process file system, `/proc`; `undefined` where the system has none. */
  readonly procRoot: string | undefined;
  /** Is told what is done and what is found, one line for each. */
  readonly onProgress?: (line: string) => void;
}

/** What was found. */
export interface Discovery {
  readonly host: Host;
  /** The host is the machine that this runs on. */
  readonly isHere: boolean;
  /** Of each port, in the order asked. */
  readonly probed: readonly Probed[];
  /** Those that run on this machine, where the host is this machine. */
  readonly servers: readonly LocalServer[];
  /** What could not be looked at, and why. */
  readonly notes: readonly string[];
}

const CONCURRENCY = 16;

/** Looks for TorchServe on a host: at its ports, and, where it is this machine, at its processes. */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const { host, onProgress } = options;
  const isHere = await isThisMachine(host);
  const { servers, notes } = await serversOfThisMachine(options, isHere);
  for (const { pid, uid } of servers) onProgress?.(`TorchServe is process ${pid} of this machine, of user ${uid}`);
  const targets = targetsOf(options, servers);
  onProgress?.(`Probing ${targets.length} ports of ${host.name}`);
  const certificates = servers.flatMap(({ certificateFile }) => certificateFile ?? []);
  const probed = await mapConcurrently(targets, CONCURRENCY, async (target): Promise<Probed> => {
    // A person may name a range of ports.
    const listener = listenerOf(target.port, servers);
    if (listener !== undefined && grpcPortsOf([listener]).has(target.port)) {
      return { target, apis: [], nothing: "it speaks gRPC, as TorchServe's configuration says; it was not asked" };
    }
    const result = await probe(target, { timeoutMs: options.timeoutMs, certificates });
    for (const { api, address } of result.apis) onProgress?.(`${address}: ${api}`);
    return result;
  });
  // Of the ports that only a process named, those that are no API (gRPC, say) are no news.
  const asked = askedPorts(options, grpcPortsOf(servers));
  return {
    host,
    isHere,
    servers,
    notes,
    probed: probed.filter(({ target, apis }) => apis.length > 0 || asked.includes(target.port)),
  };
}

/** The server that an API belongs to: the one that listens on its port, or the only one that cannot be seen listening. */
export function serverOf(api: FoundApi, servers: readonly LocalServer[]): LocalServer | undefined {
  const listener = listenerOf(api.port, servers);
  if (listener !== undefined) return listener;
  const [first, ...more] = servers.filter(({ listening }) => listening === undefined);
  return more.length === 0 ? first : undefined;
}

function listenerOf(port: number, servers: readonly LocalServer[]): LocalServer | undefined {
  return servers.find(({ listening }) => listening?.some((socket) => socket.port === port));
}

async function serversOfThisMachine(
  { host, procRoot }: DiscoverOptions,
  isHere: boolean,
): Promise<{ servers: LocalServer[]; notes: string[] }> {
  const about = "key_file.json and the directory of the logs";
  if (!isHere) {
    return { servers: [], notes: [`${host.name} is another machine: run discover there to find ${about}`] };
  }
  if (procRoot === undefined) {
    return {
      servers: [],
      notes: [`TorchServe's process is not looked for on this system: set the paths of ${about} yourself`],
    };
  }
  const found = await findProcesses(procRoot);
  if ("problem" in found) {
    return {
      servers: [],
      notes: [`TorchServe's process cannot be looked for: ${found.problem}; set the paths of ${about} yourself`],
    };
  }
  const servers = await mapConcurrently(found.processes, CONCURRENCY, localServer);
  if (servers.length > 0) return { servers, notes: [] };
  return {
    servers,
    notes: [
      `no process of TorchServe is seen on this machine, so ${about} are not known: it runs in a container with processes of its own, or elsewhere`,
    ],
  };
}

/** The ports that are asked whoever is there; those that a person names, where somebody does. */
function askedPorts({ host, ports }: DiscoverOptions, grpcPorts: ReadonlySet<number>): readonly number[] {
  if (ports !== undefined) return ports;
  return host.port === undefined ? USUAL_PORTS.filter((port) => !grpcPorts.has(port)) : [host.port];
}

/** Ports that speak gRPC: what is asked there in HTTP leaves errors in the server's log. */
function grpcPortsOf(servers: readonly LocalServer[]): ReadonlySet<number> {
  const configured = servers.flatMap(({ settings }) => settings?.grpcPorts ?? [...GRPC_PORTS]);
  return new Set(servers.length === 0 ? GRPC_PORTS : configured);
}

function targetsOf(options: DiscoverOptions, servers: readonly LocalServer[]): Target[] {
  const { host, ports } = options;
  const { schemes } = host;
  const grpcPorts = grpcPortsOf(servers);
  const asked = askedPorts(options, grpcPorts);
  const listening = servers.flatMap(({ listening = [] }) => listening);
  const addressOf = (port: number) => {
    const own = listening.filter((socket) => socket.port === port);
    const [first] = own;
    // A server may listen on one address of the machine only.
    if (first === undefined || own.some(({ address }) => isReachedLocally(address))) return host.name;
    return first.address.includes(":") ? `[${first.address}]` : first.address;
  };
  const others = ports !== undefined || host.port !== undefined
    ? []
    : listening.map(({ port }) => port).filter((port) => !asked.includes(port) && !grpcPorts.has(port));
  // What a server does not speak it takes for a broken request, and logs it.
  const schemesOf = (port: number) => {
    const addresses = listenerOf(port, servers)?.settings?.addresses ?? [];
    const configured = addresses.flatMap((address) =>
      "port" in address && address.port === port ? [address.scheme] : []
    );
    const spoken = schemes.filter((scheme) => configured.includes(scheme));
    return spoken.length > 0 ? spoken : schemes;
  };
  return [...new Set([...asked, ...others])].map((port) => ({ host: addressOf(port), port, schemes: schemesOf(port) }));
}
