import { isProxyScheme, PROXY_PORTS } from "../../config/mod.ts";
import { basicCredentials } from "../credentials.ts";
import { connectTunnel } from "./proxy_connect.ts";
import type { Environment } from "../environment.ts";
import { HttpError } from "../errors.ts";
import { NoProxy } from "./no_proxy.ts";
import type { HttpOptions } from "../options.ts";
import type { ProxyChoice, ProxyRoute } from "./proxy_route.ts";
import { socksConnect } from "./proxy_socks.ts";

/**
 * The proxies of an instance: its own for a scheme, else the environment's.
 *
 * The instance's `no_proxy` counts for both; the environment's `NO_PROXY` for the environment's proxies only.
 *
 * @throws {HttpError} `config`, for a proxy that is no URL or of an unknown kind.
 */
export function proxyChoice(options: HttpOptions, env: Environment): ProxyChoice | undefined {
  if (options.skip_proxy) return undefined;
  const own = {
    http: options.proxy?.http ? parseProxy(options.proxy.http, "proxy.http") : undefined,
    https: options.proxy?.https ? parseProxy(options.proxy.https, "proxy.https") : undefined,
  };
  const fromEnvironment = { http: environmentProxy(env, "http"), https: environmentProxy(env, "https") };
  if (!own.http && !own.https && !fromEnvironment.http && !fromEnvironment.https) return undefined;
  const direct = new NoProxy(options.proxy?.no_proxy ?? []);
  const directInEnvironment = new NoProxy(env.no_proxy ?? env.NO_PROXY ?? []);
  return (to) => {
    if (direct.matches(to.host, to.port)) return undefined;
    const scheme = to.secure ? "https" : "http";
    const proxy = own[scheme] ??
      (directInEnvironment.matches(to.host, to.port) ? undefined : fromEnvironment[scheme]);
    return proxy?.(to.secure);
  };
}

type Proxy = (secure: boolean) => ProxyRoute;

function environmentProxy(env: Environment, scheme: "http" | "https"): Proxy | undefined {
  for (const name of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, "all_proxy", "ALL_PROXY"]) {
    const value = env[name];
    if (value) return parseProxy(value, `the environment variable ${name}`);
  }
  return undefined;
}

function parseProxy(text: string, where: string): Proxy {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const scheme = url?.protocol.slice(0, -1) ?? "";
  if (url === null || url.hostname === "") throw new HttpError("config", `${where} is not the URL of a proxy`);
  if (!isProxyScheme(scheme)) {
    const known = Object.keys(PROXY_PORTS).map((known) => `${known}://`);
    throw new HttpError("config", `${where} has the scheme ${scheme}://`, `proxies can be ${known.join(", ")}`);
  }
  const port = url.port === "" ? PROXY_PORTS[scheme] : Number(url.port);
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const credentials = url.username === "" && url.password === ""
    ? undefined
    : { username: decode(url.username, where), password: decode(url.password, where) };
  const base = { scheme, host, port, address: `${scheme}://${url.hostname}:${port}` } as const;
  if (scheme === "socks5" || scheme === "socks5h") {
    const handshake: ProxyRoute["handshake"] = (socket, to, addresses) =>
      socksConnect(socket, to, { address: base.address, scheme, credentials, addresses });
    return () => ({ ...base, handshake });
  }
  const authorization = credentials === undefined ? undefined : proxyCredentials(credentials);
  const tunnel: ProxyRoute = {
    ...base,
    handshake: (socket, to) => connectTunnel(socket, to, base.address, authorization),
  };
  const forwarding: ProxyRoute = {
    ...base,
    forward: authorization === undefined ? {} : { authorization },
    handshake: () => Promise.resolve(),
  };
  return (secure) => secure ? tunnel : forwarding;
}

function decode(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError("config", `The user info of ${where} is not percent-encoded UTF-8`);
  }
}

/** Latin-1 where it suffices, as most proxies expect it; else UTF-8. */
function proxyCredentials(credentials: { username: string; password: string }): string {
  // deno-lint-ignore no-control-regex -- all of Latin-1
  const latin1 = /^[\x00-\xff]*$/.test(credentials.username + credentials.password);
  return basicCredentials(credentials, latin1);
}
