/**
 * HTTP for checks: one small client over two transports, with every HTTP option of an instance.
 *
 * @module
 */
import process from "node:process";
import { authenticationKind } from "./auth/kind.ts";
import { chooseTransport, runtime } from "./request/choose.ts";
import { RunClient } from "./request/client.ts";
import { ACCEPT_ENCODING } from "./wire/decompress.ts";
import { type HttpOptions, timeoutsOf } from "./options.ts";
import { connections } from "./wire/connections.ts";
import type { HttpClient, HttpRun } from "./types.ts";

export { chooseTransport, type Environment, type Runtime } from "./request/choose.ts";
export { HttpError } from "./errors.ts";
export type { AuthTokenOptions, HttpOptions, ProxyOptions } from "./options.ts";
export type { HttpClient, HttpErrorCode, HttpRequest, HttpResponse, HttpRun } from "./types.ts";

/** Who asks, for the `User-Agent` field. */
const PRODUCT = "torchserve-check";

/**
 * The client of one run of one instance.
 *
 * @param version The plugin's version, for the `User-Agent` field.
 * @throws {HttpError} `config`, for options that cannot work: an unreadable certificate, a key that does not fit, an
 * authentication that this program does not have.
 */
export async function createHttpClient(options: HttpOptions, run: HttpRun, version = "0"): Promise<HttpClient> {
  const timeouts = timeoutsOf(options);
  const kind = chooseTransport(options, process.env, runtime());
  const { transport, foreignTransport, cookies } = await connections(options, kind, process.env, run);
  const authentications = authenticationKind(options) !== undefined || options.auth_token !== undefined
    ? await (await import("./auth/mod.ts")).authenticationsFor(
      options,
      process.env,
      run,
      (others) => createHttpClient(others, run, version),
    )
    : [];
  return new RunClient({
    options,
    run,
    timeouts,
    transport,
    foreignTransport,
    authentications,
    defaultHeaders: { "User-Agent": `${PRODUCT}/${version}`, Accept: "*/*", "Accept-Encoding": ACCEPT_ENCODING },
    ...(cookies === undefined ? {} : { cookies }),
  });
}

/** Closes the connections that `persist_connections` kept open for a next run. */
export async function closePersistentConnections(): Promise<void> {
  const { closeKept } = await import("./wire/connections_node.ts");
  closeKept();
}
