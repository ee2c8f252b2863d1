import { child, found, withoutSecrets, withoutUserInfo } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import { LIMITS } from "./limits.ts";
import { nearest } from "./nearest.ts";
import { HTTP_URL, LOG_PATH } from "./option_schemas.ts";
import { type EndpointName, ENDPOINTS, type InstanceKind } from "./types.ts";

const NONE = "No endpoint configured. You need to configure one of these options: openmetrics_endpoint, " +
  "inference_api_url or management_api_url.";

/** The usual form, where there is nothing to look at closely: a host, perhaps a port, perhaps a path. */
const PLAIN_URL = /^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w./~-]*)?$/;

function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/**
 * The one endpoint key that is set and not empty. None or several are reported in the words of the Agent's
 * integration; a key that is set to nothing is reported at its own path.
 */
export function chooseEndpoint(
  instance: Record<string, unknown>,
  path: string,
  issues: IssueList,
): { readonly name: EndpointName; readonly kind: InstanceKind } | undefined {
  const present = ENDPOINTS.filter(([name]) => Object.hasOwn(instance, name));
  const [first, ...more] = present.filter(([name]) => !isEmpty(instance[name]));
  if (first === undefined) {
    for (const [name, kind] of present) {
      const expected = kind === "metrics_log" ? LOG_PATH : HTTP_URL;
      issues.error(child(path, name), `Found ${found(instance[name], false)}; expected ${expected}.`);
    }
    if (present.length === 0) issues.error(path, NONE);
    return undefined;
  }
  if (more.length > 0) {
    const names = [first, ...more].map(([name]) => `'${name}'`).join(", ");
    issues.error(
      path,
      `Too many endpoints configured for this instance: [${names}], you must only set one per instance.`,
    );
    return undefined;
  }
  return { name: first[0], kind: first[1] };
}

function parsed(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** For messages: neither user info, also where it breaks the address, nor query, both of which may hold secrets. */
function shortened(url: string): string {
  return withoutSecrets(url).replace(/[?#].*/s, "");
}

/** The longest address of a socket that is read, in characters; the path of a socket has at most 108 bytes. */
const MAX_SOCKET_URL = 4_096;

/** HTTP over a Unix socket: its percent-encoded absolute path is the host, or a plain one that ends with `.sock`. */
function isSocketUrl(url: string): boolean {
  if (url.length > MAX_SOCKET_URL) return false;
  // deno-lint-ignore no-control-regex
  const form = /^unix:\/\/(%2f[\w.~%-]+|\/[\w./~-]*\.sock)(?:\/[^\s\\#@\u0000-\u001f\u007f]*)?$/i;
  const socket = form.exec(url)?.[1];
  if (socket === undefined) return false;
  try {
    return !decodeURIComponent(socket).includes("\0") && URL.canParse(url);
  } catch {
    return false;
  }
}

/** What was meant by a socket's plain path: `/tmp/ts.sock`, `unix:/tmp/ts.sock`. */
function socketUrl(text: string): string | undefined {
  const path = text.replace(/^(?:https?\+)?unix:(?:\/\/)?/i, "");
  if (!path.startsWith("/") || path.length > 200) return undefined;
  const meant = `unix://${encodeURIComponent(path)}`;
  return isSocketUrl(meant) ? meant : undefined;
}

/**
 * The address that was meant by one with a broken scheme or none, without what may be a secret: `https//host`, `host:80`.
 *
 * @returns `undefined` where nothing near it is one
 */
export function meantUrl(value: string): string | undefined {
  const [whole = "", scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value) ?? [];
  const meant = scheme === undefined ? undefined : nearest(scheme, ["http", "https"]);
  if (scheme !== undefined && meant === undefined) return undefined;
  const [start = "", broken = "http"] = /^(?:(https?)(?:[:;]\/*|\/\/+)|\/+)/i.exec(value) ?? [];
  const rest = value.slice(meant === undefined ? start.length : whole.length);
  const candidate = shortened(`${meant ?? broken.toLowerCase()}://${rest}`);
  return parsed(candidate)?.hostname ? candidate : undefined;
}

/**
 * The address of an endpoint as configured, without user info; reports what is no `http:` or `https:` URL with a host
 * (RFC 9110, section 4.2), and no address of a Unix socket. The user info itself stays in the options: it is sent as
 * basic credentials.
 */
export function endpointUrl(value: string, path: string, issues: IssueList): string | undefined {
  if (value.length <= LIMITS.addressCharacters && PLAIN_URL.test(value) && URL.canParse(value)) return value;
  const fail = (what: string, suggestion?: string) => {
    issues.error(path, `Found ${what}; expected ${HTTP_URL}.`, suggestion);
    return undefined;
  };
  const shown = found(shortened(value), false);
  if (value.length > LIMITS.addressCharacters) {
    return fail(`${shown}, which has ${value.length} characters: more than ${LIMITS.addressCharacters}`);
  }
  if (/^(?:https?\+)?unix:|^\/(?!\/)/i.test(value)) {
    if (isSocketUrl(value)) return value;
    return fail(`${shown}, which names no Unix socket`, socketUrl(shortened(value)) ?? "unix://%2Frun%2Fts.sock");
  }
  // deno-lint-ignore no-control-regex
  if (/[\s\\\u0000-\u001f\u007f]/.test(value)) return fail(`${shown}, which holds blanks or backslashes`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase();
  if (scheme !== "http" && scheme !== "https") return fail(shown, meantUrl(value));
  const fragment = value.indexOf("#");
  if (fragment >= 0 && value.includes("@", fragment)) return fail(`${shown} with # in its user info`, "write # as %23");
  // `new URL` takes the first part of the path for the host of `http:///metrics`.
  if (/^https?:\/\/\//i.test(value) || !parsed(value)?.hostname) {
    return fail(`${shown}, which has no valid host or port`);
  }
  return withoutUserInfo(value);
}
