import { APIS, GRPC_PORTS } from "../torchserve/mod.ts";

/** A service that a host agent has found. */
export interface Service {
  readonly host: string;
  readonly ports: readonly { readonly number: number; readonly protocol?: string | undefined }[];
}

/** TorchServe's two APIs, in the order in which they are tried. */
const GUARDED = [APIS.inference, APIS.management] as const;
/** Ports that are never asked for metrics: those of the APIs, and gRPC. */
const NO_METRICS: ReadonlySet<number> = new Set([...GUARDED.map(({ port }) => port), ...GRPC_PORTS]);

/**
 * Instances to try on a service, likeliest first: metrics on their port, then the two APIs on theirs, then metrics on
 * every other port in the order given (the Agent's discovery of integration 3.2.0, which knows metrics only).
 */
export function candidates({ host, ports }: Service): Record<string, string>[] {
  const numbers = [...new Set(ports.filter(({ protocol }) => isTcp(protocol)).map(({ number }) => number))];
  const base = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`;
  const { option, path, port: usual } = APIS.metrics;
  const metrics = (port: number) => ({ [option]: `${base}:${port}${path}` });
  const likely = numbers.includes(usual) ? [metrics(usual)] : [];
  const apis = GUARDED.flatMap(({ option, port }) => numbers.includes(port) ? [{ [option]: `${base}:${port}` }] : []);
  const others = numbers.filter((port) => port !== usual && !NO_METRICS.has(port)).map(metrics);
  return [...likely, ...apis, ...others];
}

function isTcp(protocol: string | undefined): boolean {
  return protocol === undefined || protocol === "" || /^(tcp|https?)/i.test(protocol);
}
