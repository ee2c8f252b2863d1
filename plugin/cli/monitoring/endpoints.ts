import { candidates } from "../../discover/mod.ts";
import { API_NAMES, APIS, USUAL_PORTS } from "../../torchserve/mod.ts";

/** What the path of an API ends with; the path of metrics belongs to its address. */
const BY_PATH = [
  [/\/metrics\/?$/, APIS.metrics.option],
  [/\/ping\/?$/, APIS.inference.option],
  [/\/models\/?$/, APIS.management.option],
] as const;

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
    return { [option]: option === APIS.metrics.option ? text : text.replace(end, "") };
  }
  const api = API_NAMES.find((name) => String(APIS[name].port) === url.port);
  if (api === undefined) {
    throw new RangeError(`${withoutUser(text)} may be any API: add -u /metrics, -u /ping or -u /models`);
  }
  const { option, path } = APIS[api];
  return { [option]: api === "metrics" ? `${text.replace(/\/$/, "")}${path}` : text };
}

/** Credentials are in no message. */
const withoutUser = (text: string) => text.replace(/^([^/]*\/\/)[^/]*@/, "$1");
