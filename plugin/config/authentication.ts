import type { OptionName, Values } from "./options.ts";

/** How requests authenticate by user name, connection or signature; a token (`auth_token`) comes on top. */
export type Authentication =
  | { readonly kind: "basic" | "digest"; readonly username: string; readonly password: string }
  | { readonly kind: "ntlm"; readonly domainUser: string; readonly password: string }
  | { readonly kind: "aws"; readonly host: string; readonly region: string; readonly service: string };

/** The options that decide how requests authenticate. */
export type AuthenticationOptions = Pick<
  Values,
  "auth_type" | "username" | "password" | "ntlm_domain" | "aws_host" | "aws_region" | "aws_service"
>;

/** What the kinds of authentication cannot do without. */
const NEEDED = {
  basic: ["username", "password"],
  digest: ["username", "password"],
  ntlm: ["ntlm_domain", "password"],
  aws: ["aws_region", "aws_host", "aws_service"],
} as const satisfies Readonly<Record<Authentication["kind"], readonly (keyof AuthenticationOptions)[]>>;

/** As in the Agent, `ntlm_domain` makes `basic` to `ntlm`. */
function kindOf({ auth_type = "basic", ntlm_domain = "" }: AuthenticationOptions): Authentication["kind"] {
  return auth_type === "basic" && ntlm_domain !== "" ? "ntlm" : auth_type;
}

/**
 * How an instance authenticates; `undefined` when it does not. Options that are not complete count as none: validation
 * refuses them, except for `basic`.
 */
export function authenticationOf(options: AuthenticationOptions): Authentication | undefined {
  const { username, password, ntlm_domain: domainUser, aws_host: host, aws_region: region } = options;
  const service = options.aws_service;
  const kind = kindOf(options);
  switch (kind) {
    case "basic":
    case "digest":
      return username === undefined || password === undefined ? undefined : { kind, username, password };
    case "ntlm":
      return domainUser === undefined || password === undefined ? undefined : { kind, domainUser, password };
    case "aws":
      return host === undefined || region === undefined || service === undefined
        ? undefined
        : { kind, host, region, service };
  }
}

/** What an authentication that was asked for lacks. `basic` lacks nothing: without user and password there is none. */
export function missingCredentials(
  options: AuthenticationOptions,
): { readonly kind: Authentication["kind"]; readonly names: readonly OptionName[] } {
  const kind = kindOf(options);
  const names = kind === "basic" ? [] : NEEDED[kind].filter((name) => (options[name] ?? "") === "");
  return { kind, names };
}

const isAuthorization = (name: string) => name.toLowerCase() === "authorization";
const hasUserInfo = (url: string | undefined) => url !== undefined && /^[a-z]+:\/\/[^/?#]*@/i.test(url);

/**
 * What of an instance sets the `Authorization` field of its requests, in the words of the file; `undefined` where
 * nothing does. A request has one such field, so a TorchServe key has no place beside it.
 */
export function authorizationSetBy(options: Values): string | undefined {
  for (const name of ["extra_headers", "headers"] as const) {
    if (Object.keys(options[name] ?? {}).some(isAuthorization)) return name;
  }
  if (isAuthorization(options.auth_token?.writer.name ?? "")) return "auth_token";
  if ((options.auth_type ?? "basic") !== "basic") return "auth_type";
  const kind = authenticationOf(options)?.kind;
  if (kind !== undefined) return kind === "ntlm" ? "ntlm_domain" : "username";
  if (hasUserInfo(options.inference_api_url) || hasUserInfo(options.management_api_url)) {
    return "the address's user info";
  }
  return undefined;
}
