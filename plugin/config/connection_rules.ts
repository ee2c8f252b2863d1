import { child } from "./found.ts";
import type { IssueList } from "./issue_list.ts";
import type { Values } from "./options.ts";

/** How a proxy may be spoken to, and the port that it has where its URL names none. */
export const PROXY_PORTS = { http: 80, https: 443, socks5: 1080, socks5h: 1080 } as const;

export type ProxyScheme = keyof typeof PROXY_PORTS;

/** Whether a proxy can be spoken to in this way. */
export function isProxyScheme(text: string): text is ProxyScheme {
  return Object.hasOwn(PROXY_PORTS, text);
}

/** The versions of TLS that there are, the oldest first. No current TLS library has SSLv3. */
export const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

/** What no connection could be made with: each would fail in every run. */
export function checkConnection(options: Values, path: string, issues: IssueList): void {
  for (const scheme of ["http", "https"] as const) {
    const proxy = options.proxy?.[scheme];
    const found = proxy ? schemeOfProxy(proxy) : undefined;
    if (found === undefined || isProxyScheme(found)) continue;
    issues.error(
      child(child(path, "proxy"), scheme),
      `Found a proxy with the scheme ${JSON.stringify(found.slice(0, 20))}; expected one of ${
        Object.keys(PROXY_PORTS).join(", ")
      }.`,
    );
  }
  const versions = options.tls_protocols_allowed ?? [];
  if (versions.length > 0 && !TLS_VERSIONS.some((version) => versions.includes(version))) {
    issues.error(
      child(path, "tls_protocols_allowed"),
      `Found no version of TLS that exists here; expected some of ${TLS_VERSIONS.join(", ")}.`,
    );
  }
}

/** A proxy without scheme is an HTTP proxy. */
function schemeOfProxy(text: string): string {
  const at = text.indexOf("://");
  return at === -1 ? "http" : text.slice(0, at).toLowerCase();
}
