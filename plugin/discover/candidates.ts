/** A service that a host agent has found. */
export interface Service {
  readonly host: string;
  readonly ports: readonly { readonly number: number; readonly protocol?: string | undefined }[];
}

const METRICS_PORT = 8082;
/** Ports of TorchServe's own APIs; they are never asked for metrics. 7070 and 7071 speak gRPC. */
const APIS: Readonly<Record<number, "inference_api_url" | "management_api_url" | undefined>> = {
  8080: "inference_api_url",
  8081: "management_api_url",
  7070: undefined,
  7071: undefined,
};

/**
 * Instances to try on a service, likeliest first: metrics on 8082, then the two APIs on their ports, then metrics on
 * every other port in the order given (the Agent's discovery of integration 3.2.0, which knows metrics only).
 */
export function candidates({ host, ports }: Service): Record<string, string>[] {
  const numbers = [...new Set(ports.filter(({ protocol }) => isTcp(protocol)).map(({ number }) => number))];
  const base = `http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}`;
  const metrics = (port: number) => ({ openmetrics_endpoint: `${base}:${port}/metrics` });
  const likely = numbers.includes(METRICS_PORT) ? [metrics(METRICS_PORT)] : [];
  const apis = [8080, 8081].flatMap((port) => {
    const key = APIS[port];
    return key !== undefined && numbers.includes(port) ? [{ [key]: `${base}:${port}` }] : [];
  });
  const others = numbers.filter((port) => port !== METRICS_PORT && !(port in APIS)).map(metrics);
  return [...likely, ...apis, ...others];
}

function isTcp(protocol: string | undefined): boolean {
  return protocol === undefined || protocol === "" || /^(tcp|https?)/i.test(protocol);
}
