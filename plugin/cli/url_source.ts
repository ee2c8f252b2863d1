import { withoutUserInfo } from "../config/mod.ts";
import { discover, parseHost } from "../discover/mod.ts";
import { APIS } from "../torchserve/mod.ts";
import { UsageError } from "./usage_error.ts";

type Api = keyof typeof APIS;

/** How the path of a URL ends that a person copied from where it answers. */
const ENDS: readonly (readonly [Api, string])[] = [["metrics", "/metrics"], ["inference", "/ping"], [
  "management",
  "/models",
]];

/** Of each connection when an address is recognised, in milliseconds. */
const PROBE_MS = 3_000;

/**
 * The API that a URL names: by the end of its path (`/metrics`, `/ping`, `/models`), else by its port (8082, 8080,
 * 8081); `undefined` where neither tells.
 */
export function apiOfUrl(url: URL): Api | undefined {
  const path = url.pathname.replace(/\/+$/, "");
  const [api] = ENDS.find(([, end]) => path.endsWith(end)) ??
    ENDS.find(([api]) => url.port === `${APIS[api].port}`) ?? [];
  return api;
}

/** The option and value of an instance for an API at a URL: with a path to ask where that is wanted, else without. */
export function instanceOfUrl(api: Api, given: URL): Record<string, string> {
  const url = new URL(given);
  const path = url.pathname.replace(/\/+$/, "");
  const { option, path: usual } = APIS[api];
  if (api === "metrics") {
    if (path === "") url.pathname = usual;
    return { [option]: url.href };
  }
  url.pathname = path.replace(/\/(?:ping|models)$/, "");
  return { [option]: url.href.replace(/\/$/, "") };
}

/**
 * A configuration for a URL, as JSON, and what it was taken as, to tell. Where neither path nor port say which API it is,
 * the address is asked, as `discover` does.
 *
 * @throws {UsageError} when it is no URL, and when none of TorchServe's APIs is known to be there
 */
export async function configurationOfUrl(text: string): Promise<{ config: string; taken: string }> {
  const url = URL.parse(text.trim());
  if (url === null) {
    throw new UsageError(
      `${withoutUserInfo(text.trim())} is not a URL`,
      "give one such as http://localhost:8082/metrics",
    );
  }
  const shown = withoutUserInfo(url.href);
  const named = apiOfUrl(url);
  const apis = named === undefined ? await recognised(url, shown) : [named];
  const instances = apis.map((api) => instanceOfUrl(api, url));
  const how = named === undefined ? "by its answers" : "by its path or port";
  return {
    config: JSON.stringify({ instances }),
    taken: `${shown} is taken as ${apis.map((api) => APIS[api].option).join(" and ")}, ${how}`,
  };
}

/** The APIs that answer at an address. */
async function recognised(url: URL, shown: string): Promise<Api[]> {
  const probed = await discover({
    host: parseHost(`${url.protocol}//${url.host}`),
    ports: [Number(url.port) || (url.protocol === "https:" ? 443 : 80)],
    timeoutMs: PROBE_MS,
    // What runs on this machine is not asked: the person named an address.
    procRoot: undefined,
  });
  const apis = probed.probed.flatMap((one) => one.apis.map(({ api }) => api));
  if (apis.length > 0) return apis;
  const why = probed.probed.map(({ nothing }) => nothing).find((reason) => reason !== undefined);
  throw new UsageError(
    `${shown}: no API of TorchServe is known there${why === undefined ? "" : `: ${why}`}`,
    `say which it is: torchserve-check --instance 'inference_api_url: ${shown}'; or management_api_url, openmetrics_endpoint`,
  );
}
