import { candidates } from "../../discover/mod.ts";

/** The usual ports of TorchServe's APIs, which `candidates` knows. */
const USUAL_PORTS = [8082, 8080, 8081];
/** What the path of an API ends with, and the option that watches it; the path of metrics belongs to its address. */
const BY_PATH = [
  [/\/metrics\/?$/, "openmetrics_endpoint"],
  [/\/ping\/?$/, "inference_api_url"],
  [/\/models\/?$/, "management_api_url"],
] as const;
const BY_PORT: Readonly<Record<string, string>> = {
  "8080": "inference_api_url",
  "8081": "management_api_url",
  "8082": "openmetrics_endpoint",
};

/** What to check, as it was named. */
export interface Endpoints {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A URL, or its path. */
  readonly url?: string | undefined;
  readonly ssl: boolean;
}

/**
 * Instances of what was named: the three endpoints of a host, or one by its port, its path or its URL.
 *
 * @throws {RangeError} which says what is missing
 */
export function instancesOf({ host, port, url, ssl }: Endpoints): Record<string, string>[] {
  if (url !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(url)) return [instanceOf(url)];
  if (host === undefined) throw new RangeError("no host: give -H ADDRESS, -u URL or --config FILE");
  const scheme = ssl ? "https" : "http";
  if (url === undefined && port === undefined) {
    const ports = USUAL_PORTS.map((number) => ({ number }));
    return candidates({ host, ports }).map((instance) =>
      Object.fromEntries(Object.entries(instance).map(([option, value]) => [option, value.replace(/^http/, scheme)]))
    );
  }
  const authority = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const path = url === undefined || url.startsWith("/") ? url ?? "" : `/${url}`;
  return [instanceOf(`${scheme}://${authority}${port === undefined ? "" : `:${port}`}${path}`)];
}

/** The instance of a URL: by the end of its path, else by its port. */
function instanceOf(text: string): Record<string, string> {
  const url = URL.parse(text);
  if (url === null) throw new RangeError(`${JSON.stringify(withoutUser(text))} is no URL`);
  const byPath = BY_PATH.find(([end]) => end.test(url.pathname));
  if (byPath !== undefined) {
    const [end, option] = byPath;
    return { [option]: option === "openmetrics_endpoint" ? text : text.replace(end, "") };
  }
  const option = BY_PORT[url.port];
  if (option === undefined) {
    throw new RangeError(`${withoutUser(text)} may be any API: add -u /metrics, -u /ping or -u /models`);
  }
  return { [option]: option === "openmetrics_endpoint" ? `${text.replace(/\/$/, "")}/metrics` : text };
}

/** Credentials are in no message. */
const withoutUser = (text: string) => text.replace(/^([^/]*\/\/)[^/]*@/, "$1");
