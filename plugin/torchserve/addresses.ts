import type { TorchServeApi } from "./api_description.ts";

/** What is known of one of TorchServe's servers, wherever it is. */
export interface ApiFacts {
  /** For people: `inference API`. */
  readonly name: string;
  /** The option of an instance that watches it. */
  readonly option: "inference_api_url" | "management_api_url" | "openmetrics_endpoint";
  /** The setting in `config.properties` that says where it listens. */
  readonly setting: string;
  /** Where it listens as installed. */
  readonly port: number;
  /** The port of an address in `config.properties` that names none, by its scheme (`util/Connector.java`). */
  readonly withoutPort: { readonly http: number; readonly https: number };
  /** What follows the address of the server in the option of an instance. */
  readonly path: string;
  /** What it is asked for to see whether it is there. */
  readonly probe: string;
}

/** TorchServe's three servers (https://pytorch.org/serve/configuration.html); one address may hold several. */
export const APIS: Readonly<Record<TorchServeApi, ApiFacts>> = {
  inference: {
    name: "inference API",
    option: "inference_api_url",
    setting: "inference_address",
    port: 8080,
    withoutPort: { http: 80, https: 443 },
    path: "",
    probe: "ping",
  },
  management: {
    name: "management API",
    option: "management_api_url",
    setting: "management_address",
    port: 8081,
    withoutPort: { http: 8081, https: 8444 },
    path: "",
    probe: "models?limit=1",
  },
  metrics: {
    name: "metrics endpoint",
    option: "openmetrics_endpoint",
    setting: "metrics_address",
    port: 8082,
    withoutPort: { http: 8082, https: 8445 },
    path: "/metrics",
    probe: "metrics",
  },
};

/** The names of the three, in the order of their ports. */
export const API_NAMES: readonly TorchServeApi[] = ["inference", "management", "metrics"];

/** Where a TorchServe as installed listens: inference, management, metrics. */
export const USUAL_PORTS: readonly number[] = API_NAMES.map((api) => APIS[api].port);

/** The settings of the gRPC servers, and where they listen as installed; HTTP there leaves errors in the server's log. */
export const GRPC_SETTINGS: readonly { readonly setting: string; readonly port: number }[] = [
  { setting: "grpc_inference_port", port: 7070 },
  { setting: "grpc_management_port", port: 7071 },
];

/** TorchServe's gRPC ports as installed. */
export const GRPC_PORTS: ReadonlySet<number> = new Set(GRPC_SETTINGS.map(({ port }) => port));

/** The port of a URL, its scheme's where it names none; `undefined` for what is no URL. */
export function portOf(url: string): number | undefined {
  const address = URL.parse(url);
  if (address === null) return undefined;
  return Number(address.port || (address.protocol === "https:" ? 443 : 80));
}

/** The address of an API on the host of another one, on the port that TorchServe has it on as installed. */
export function usualAddress(api: TorchServeApi, url: string): string {
  const { port, path } = APIS[api];
  const address = URL.parse(url);
  if (address === null) return `http://localhost:${port}${path}`;
  return `${address.protocol}//${address.hostname}:${port}${path}`;
}
