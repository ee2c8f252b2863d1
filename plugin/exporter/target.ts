import net from "node:net";
import { API_NAMES, APIS, resource, type TorchServeApi } from "../torchserve/mod.ts";
import { clip, oneLine } from "../text/mod.ts";

/** The longest target that is read, in characters. */
const MAX_TARGET = 2_048;

/** What a module says of the targets that it is used for. */
export interface TargetRules {
  /** Which APIs of a bare host are asked. */
  readonly apis: readonly TorchServeApi[];
  /** Where each API listens. */
  readonly ports: Readonly<Record<TorchServeApi, number>>;
}

/** What a scrape asks for. */
export interface Target {
  /** As the URL standard writes it: an IPv6 address has brackets. */
  readonly host: string;
  readonly endpoints: readonly Endpoint[];
}

/** One API of a target. */
export interface Endpoint {
  readonly api: TorchServeApi;
  /** For the option of an instance. */
  readonly url: string;
  readonly port: number;
}

/** A target that is none; the message says what one looks like. */
export class BadTargetError extends Error {
  override readonly name = "BadTargetError";
}

/**
 * Reads a target: a bare host means all APIs of the module; an address ending in `/metrics`, `/ping` or `/models`, or
 * with a port of the module, means that one.
 *
 * @throws {BadTargetError}
 */
export function readTarget(text: string, { apis, ports }: TargetRules): Target {
  const url = readUrl(text);
  const host = url.hostname;
  const path = url.pathname.replace(/\/+$/, "");
  const port = writtenPort(text, url);
  const origin = (of: number) => `${url.protocol}//${host}:${of}`;
  if (path === "" && port === undefined && url.search === "") {
    return {
      host,
      endpoints: apis.map((api) => ({ api, url: origin(ports[api]) + APIS[api].path, port: ports[api] })),
    };
  }
  const byPath = API_NAMES.find((api) => path.endsWith(`/${LAST_PART[api]}`));
  const api = byPath ?? (path === "" ? API_NAMES.find((api) => ports[api] === port) : undefined);
  if (api === undefined) {
    throw new BadTargetError(
      `${shown(text)} does not say which API of TorchServe it is: write /metrics, /ping or /models after it, ` +
        `or a port out of ${[...new Set(Object.values(ports))].join(", ")}, or the bare host for all`,
    );
  }
  // A whole URL without a port has that of its scheme; `host/metrics` has TorchServe's.
  const at = port ?? (HAS_SCHEME.test(text) ? schemePort(url) : ports[api]);
  const base = origin(at) + path;
  return {
    host,
    endpoints: [{
      api,
      url: api === "metrics"
        ? (byPath === undefined ? resource(base, "metrics") : base) + url.search
        : withoutLast(base),
      port: at,
    }],
  };
}

/** What the address of an API ends in, when it is written out. */
const LAST_PART = { inference: "ping", management: "models", metrics: "metrics" } as const satisfies Record<
  TorchServeApi,
  string
>;

const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

const schemePort = ({ protocol }: URL) => protocol === "https:" ? 443 : 80;

/** A URL does not keep a port that is its scheme's. */
function writtenPort(text: string, url: URL): number | undefined {
  if (url.port !== "") return Number(url.port);
  const [authority = ""] = text.replace(HAS_SCHEME, "").split(/[/?]/, 1);
  return /:\d+$/.test(authority) && !net.isIPv6(authority) ? schemePort(url) : undefined;
}

const withoutLast = (url: string) => url.replace(/\/(?:ping|models)$/, "");

function readUrl(text: string): URL {
  const fail = (what: string): never => {
    throw new BadTargetError(`${what}: write host, host:port or http://host:port/path`);
  };
  if (text.length > MAX_TARGET) {
    return fail(`A target of ${text.length} characters, of which at most ${MAX_TARGET} are read`);
  }
  const hasScheme = HAS_SCHEME.test(text);
  if (hasScheme && !/^https?:\/\//i.test(text)) return fail(`${shown(text)} is no http:// or https:// address`);
  // What a text before @ says is not repeated: it may be a password.
  if (text.includes("@")) {
    return fail("A target has no user name and no password; those of a module are in the exporter's configuration");
  }
  // deno-lint-ignore no-control-regex
  if (/[\s\\#\u0000-\u001f\u007f]/.test(text)) return fail(`${shown(text)} holds blanks, backslashes or #`);
  const url = URL.parse(hasScheme ? text : `http://${net.isIPv6(text) ? `[${text}]` : text}`);
  if (url === null || url.hostname === "" || /^https?:\/\/\//i.test(text) || url.port === "0") {
    return fail(`${shown(text)} is no address`);
  }
  return url;
}

const shown = (text: string) => JSON.stringify(oneLine(clip(text, 200)));
