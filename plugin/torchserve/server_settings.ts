import { API_NAMES, APIS, GRPC_SETTINGS } from "./addresses.ts";
import type { TorchServeApi } from "./api_description.ts";

/** Where a server listens: at a TCP port, or at a Unix socket. */
export type ServerAddress =
  | { readonly api: TorchServeApi; readonly scheme: "http" | "https"; readonly host: string; readonly port: number }
  | { readonly api: TorchServeApi; readonly socket: string };

/** The settings that the environment may override, with `TS_` before their names in capitals (ConfigManager.java). */
const VARIABLE_SETTINGS: readonly string[] = [
  ...API_NAMES.map((api) => APIS[api].setting),
  ...GRPC_SETTINGS.map(({ setting }) => setting),
  "certificate_file",
  "disable_system_metrics",
  "enable_metrics_api",
  "metrics_mode",
];

const variableOf = (setting: string) => `TS_${setting.toUpperCase()}`;

/** The environment variables that override settings. */
export const SETTING_VARIABLES: readonly string[] = VARIABLE_SETTINGS.map(variableOf);

/** Seconds between two system metrics where `metric_time_interval` is not set. */
const METRIC_SECONDS = 60;
/** So many system metrics in a row are missed before a log is called silent. */
const MISSED_METRICS = 5;
/** Where nothing is written while nobody calls a model, silence says nothing: a year, in seconds. */
const NEVER_SILENT = 31_536_000;

/**
 * What a TorchServe is configured with (https://pytorch.org/serve/configuration.html): its `config.properties` and,
 * where `enable_envvars_config` lets it, its environment.
 */
export class ServerSettings {
  constructor(
    private readonly properties: ReadonlyMap<string, string>,
    private readonly environment: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** A setting; `undefined` where it is not set. Variables in it, `$PORT`, stay as they are. */
  get(name: string): string | undefined {
    return this.#ofEnvironment(name) ?? this.properties.get(name);
  }

  /** Where a setting is to be changed: `metrics_mode=log in TorchServe's config.properties`, or its variable. */
  change(name: string, value: string): string {
    return this.#ofEnvironment(name) === undefined
      ? `${name}=${value} in TorchServe's config.properties`
      : `${variableOf(name)}=${value} in TorchServe's environment`;
  }

  #ofEnvironment(name: string): string | undefined {
    const mayOverride = VARIABLE_SETTINGS.includes(name) && isTrue(this.properties.get("enable_envvars_config"));
    return mayOverride ? this.environment.get(variableOf(name)) : undefined;
  }

  /** `log`, `prometheus` or `legacy`; `undefined` where it is not set: `log`. */
  get metricsMode(): string | undefined {
    return this.get("metrics_mode")?.toLowerCase();
  }

  /** Whether there is a metrics endpoint. */
  get hasMetricsApi(): boolean {
    const value = this.get("enable_metrics_api");
    return value === undefined || isTrue(value);
  }

  /**
   * After how many seconds without a line the metric logs say that something is wrong; `undefined` where that follows
   * from the settings as installed.
   */
  get maxSilenceSeconds(): number | undefined {
    if (isTrue(this.get("disable_system_metrics"))) return NEVER_SILENT;
    const interval = Number(this.get("metric_time_interval") ?? METRIC_SECONDS);
    if (interval === 0) return NEVER_SILENT;
    return interval > METRIC_SECONDS ? MISSED_METRICS * interval : undefined;
  }

  /** The ports that speak gRPC. */
  get grpcPorts(): number[] {
    return GRPC_SETTINGS.map(({ setting, port }) => Number(this.get(setting) ?? port)).filter(Number.isInteger);
  }

  /** Where the three servers listen; one with an address that cannot be read is left out. */
  get addresses(): ServerAddress[] {
    return API_NAMES.flatMap((api) => {
      const { setting, port } = APIS[api];
      return addressOf(api, this.get(setting) ?? `http://127.0.0.1:${port}`) ?? [];
    });
  }
}

/** As `util/Connector.java` reads it. */
function addressOf(api: TorchServeApi, text: string): ServerAddress | undefined {
  const socket = /^unix:(?:\/\/)?(\/.+)$/i.exec(text)?.[1];
  if (socket !== undefined) return { api, socket };
  const [, written, name = "", port] = /^(https?):\/\/(\[[^\]]*\]|[^:/]+)(?::(\d+))?\/?$/i.exec(text) ?? [];
  if (written === undefined) return undefined;
  const scheme = written.toLowerCase() === "https" ? "https" : "http";
  const usual = APIS[api].withoutPort[scheme];
  return { api, scheme, host: name.replace(/^\[(.*)\]$/, "$1"), port: port === undefined ? usual : Number(port) };
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}
