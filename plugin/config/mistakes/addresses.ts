/** An address of IPv6 in a URL without the brackets that belong around it (RFC 3986, section 3.2.2). */
export function withBrackets(url: string): string | undefined {
  const found = /^(?<scheme>https?:\/\/)(?<host>[0-9A-Fa-f:.]+(?:%\w+)?)(?<path>\/\S*)?$/.exec(url);
  const { scheme = "", host = "", path = "" } = found?.groups ?? {};
  if ((host.match(/:/g) ?? []).length < 2) return undefined;
  const [, address = "", port = ""] = /^(.*):(\d{3,5})$/.exec(host) ?? [];
  // A last group of digits is a port where the rest is an address of its own: in `::1:8080`, not in `2001:db8::8080`.
  const candidates = [[address, `:${port}`], [host, ""]] as const;
  for (const [inner, rest] of candidates) {
    const candidate = `${scheme}[${inner}]${rest}${path}`;
    if (inner !== "" && URL.canParse(candidate)) return candidate;
  }
  return undefined;
}
