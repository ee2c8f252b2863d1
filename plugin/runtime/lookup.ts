/** What is used of Bun's own DNS functions: importing `node:dns` costs a one-shot process milliseconds. */
declare const Bun: {
  readonly dns: {
    lookup(host: string, options: { readonly backend: "libc" }): Promise<readonly { readonly address: string }[]>;
  };
} | undefined;

/**
 * The addresses of a host name, as the system's resolver orders them: `/etc/hosts` counts, and whatever else it asks.
 *
 * @throws {Error} with the system's `code`, as `ENOTFOUND`
 */
export async function lookupAddresses(host: string): Promise<readonly string[]> {
  if (typeof Bun === "undefined") {
    const { lookup } = await import("node:dns/promises");
    return unique(await lookup(host, { all: true, verbatim: true }));
  }
  try {
    return unique(await Bun.dns.lookup(host, { backend: "libc" }));
  } catch (thrown) {
    throw asSystemError(thrown, host);
  }
}

/** There may be one entry for each kind of socket. */
function unique(found: readonly { readonly address: string }[]): string[] {
  return [...new Set(found.map(({ address }) => address))];
}

/** Bun says `DNS_ENOTFOUND` here and `ENOTFOUND` elsewhere. */
function asSystemError(thrown: unknown, host: string): Error {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code).replace(/^DNS_/, "") : "ENOTFOUND";
  return Object.assign(new Error(`getaddrinfo ${code} ${host}`, { cause: thrown }), { code });
}
