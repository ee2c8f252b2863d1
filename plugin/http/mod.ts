/**
 * HTTP for checks: one small client over two transports, with every HTTP option of an instance.
 *
 * Three folders, each of which knows only those after it: `request/` is one run's requests (headers, redirects, cookies,
 * secrets, which transport), `auth/` puts credentials on them, `wire/` sends one request and reads one response. What
 * all three know stands beside this file. Other stages enter here.
 *
 * @module
 */
import process from "node:process";
import { authenticationOf } from "../config/mod.ts";
import { VERSION } from "../version.ts";
import { namesProxy, runtime } from "./environment.ts";
import { type HttpOptions, timeoutsOf } from "./options.ts";
import { chooseTransport } from "./request/choose.ts";
import { RunClient } from "./request/client.ts";
import { connections } from "./request/connections.ts";
import { HttpShared } from "./shared.ts";
import type { HttpClient, HttpRun } from "./types.ts";
import { ACCEPT_ENCODING } from "./wire/decompress.ts";

export { type Environment, namesProxy, type Runtime } from "./environment.ts";
export { HttpError, type HttpFailure } from "./errors.ts";
export type { AuthTokenOptions, HttpOptions } from "./options.ts";
export { chooseTransport } from "./request/choose.ts";
export { HttpShared } from "./shared.ts";
export type { Lookup } from "./wire/addresses.ts";
export type { HttpClient, HttpErrorCode, HttpRequest, HttpResponse, HttpRun } from "./types.ts";

/** Who asks, for the `User-Agent` field. */
const PRODUCT = "torchserve-check";

/**
 * The client of one run of one instance.
 *
 * @param shared What outlives the run; without it nothing does, whatever `persist_connections` says.
 * @throws {HttpError} `config`, for options that cannot work: an unreadable certificate, a key that does not fit;
 * `timeout`, when the run ends before the files of the options are read.
 */
export async function createHttpClient(options: HttpOptions, run: HttpRun, shared?: HttpShared): Promise<HttpClient> {
  const timeouts = timeoutsOf(options);
  const kind = chooseTransport(options, process.env, runtime());
  const common = shared ?? new HttpShared();
  const { transport, foreignTransport, cookies } = await connections(
    options,
    kind,
    process.env,
    run,
    common,
    shared !== undefined,
  );
  const authentications = authenticationOf(options) !== undefined || options.auth_token !== undefined
    ? await (await import("./auth/mod.ts")).authenticationsFor(
      options,
      process.env,
      run,
      common.tokens,
      (others) => createHttpClient(others, run, shared),
    )
    : [];
  return new RunClient({
    options,
    run,
    timeouts,
    transport,
    foreignTransport,
    authentications,
    defaultHeaders: { "User-Agent": `${PRODUCT}/${VERSION}`, Accept: "*/*", "Accept-Encoding": ACCEPT_ENCODING },
    ...(cookies === undefined ? {} : { cookies }),
  });
}

/**
 * The proxy that requests to a URL go through because the environment names it, `http://proxy:3128`.
 *
 * @returns `undefined` where there is none, or the options name one themselves
 */
export async function environmentProxyOf(options: HttpOptions, url: string): Promise<string | undefined> {
  const address = URL.parse(url);
  if (address === null || options.proxy?.http || options.proxy?.https || !namesProxy(process.env)) return undefined;
  const { proxyChoice } = await import("./wire/proxy.ts");
  const secure = address.protocol === "https:";
  const port = Number(address.port || (secure ? 443 : 80));
  return proxyChoice(options, process.env)?.({ host: address.hostname, port, secure })?.address;
}
